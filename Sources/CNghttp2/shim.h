#include <nghttp2/nghttp2.h>

// Options that came after 1.52 (some distributions carry them in older versions): set where the library has them. It
// would otherwise end connections by limits and a clock of its own.
extern void nghttp2_option_set_stream_reset_rate_limit(nghttp2_option *option, uint64_t burst, uint64_t rate)
    __attribute__((weak));
extern void nghttp2_option_set_max_continuations(nghttp2_option *option, size_t count) __attribute__((weak));

/// Leaves the limits on RST_STREAM and CONTINUATION frames to the caller, where the library has limits of its own.
static inline void nghttp2_leave_frame_limits_to_caller(nghttp2_option *option) {
    if (nghttp2_option_set_stream_reset_rate_limit)
        nghttp2_option_set_stream_reset_rate_limit(option, UINT32_MAX, UINT32_MAX);
    if (nghttp2_option_set_max_continuations) nghttp2_option_set_max_continuations(option, UINT32_MAX);
}
