// Plain C contract between Nereid and its LibTorch shim.
#ifndef NEREID_TORCH_SHIM_H
#define NEREID_TORCH_SHIM_H
#endif
