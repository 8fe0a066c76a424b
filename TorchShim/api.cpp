// The table of functions that the server sees, and what concerns the whole process.
#include "shim.h"

#include <ATen/Parallel.h>
#include <torch/csrc/api/include/torch/version.h>

#include <cstdlib>
#include <malloc.h>
#include <mutex>

namespace nereid {
namespace {

int32_t set_inter_op_threads(int32_t count, char **message) noexcept {
    static std::mutex mutex;
    return guarded(message, [&] {
        std::lock_guard lock(mutex);
        // LibTorch throws when the pool has been set or used before; asking first would start the pool.
        static int32_t applied = 0;
        if (applied == count) return;
        if (applied != 0)
            throw std::runtime_error("the process already runs with " + std::to_string(applied) + " inter-op threads");
        at::set_num_interop_threads(count);
        applied = count;
    });
}

char *diagnose_file(const char *path) noexcept {
    try {
        std::string text = diagnose(path);
        return text.empty() ? nullptr : strdup(text.c_str());
    } catch (...) {
        return nullptr;
    }
}

void unload(nt_module *module) noexcept { delete module; }

const nt_description *describe(const nt_module *module) noexcept { return &module->description->c; }

void trim_memory() noexcept {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

thread_local bool is_background = false;

void work_in_background() noexcept {
    try {
        is_background = true;
        // Reading first makes LibTorch initialise this thread.
        if (at::get_num_threads() != 1) at::set_num_threads(1);
    } catch (...) {
    }
}

void free_message(char *message) noexcept { std::free(message); }

const nt_api api = {
    NT_ABI_VERSION, TORCH_VERSION, load,          clone,  unload,      describe,
    pin_unoptimized, parameter_dimensions, forward, output_count, is_dictionary, output,
    free_result,    set_inter_op_threads, diagnose_file, trim_memory, free_message,
    storages,       work_in_background,
};

} // namespace

bool is_background_thread() noexcept { return is_background; }

} // namespace nereid

extern "C" __attribute__((visibility("default"))) const nt_api *nt_get_api(uint32_t abi_version) {
    // Functions are only ever appended, so what was built for an earlier table can use this one.
    return abi_version >= 1 && abi_version <= NT_ABI_VERSION ? &nereid::api : nullptr;
}
