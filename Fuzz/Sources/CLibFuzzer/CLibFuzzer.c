#include "CLibFuzzer.h"

#include <stdlib.h>

/// Asked for by the runtime's own `main`, which is never called.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    (void)data;
    (void)size;
    abort();
}
