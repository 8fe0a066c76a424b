// SwiftPM needs one source file for a target that is only a header.
#include "torch_shim.h"
