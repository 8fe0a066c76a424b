#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Blocks the calling thread, as a slow model would.
enum ThreadDelay {
    static func sleep(_ duration: Duration) {
        guard duration > .zero else { return }
        let (seconds, attoseconds) = duration.components
        var remaining = timespec()
        remaining.tv_sec = time_t(clamping: seconds)
        remaining.tv_nsec = Int(attoseconds / 1_000_000_000)
        var left = timespec()
        while nanosleep(&remaining, &left) != 0 && errno == EINTR { remaining = left }
    }
}
