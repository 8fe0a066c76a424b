#include <stddef.h>
#include <stdint.h>

/// libFuzzer's main loop, for programs that have a `main` of their own. The runtime comes with `-sanitize=fuzzer`.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));
