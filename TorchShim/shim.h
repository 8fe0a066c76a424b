// What the files of the shim share.
#pragma once

#include "torch_shim.h"

#include <c10/core/Device.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <c10/util/Exception.h>
#include <torch/csrc/jit/api/module.h>

#include <cstring>
#include <exception>
#include <memory>
#include <set>
#include <string>
#include <vector>

struct nt_module {
    torch::jit::Module module;
    c10::Device device{c10::kCPU};
    bool inference_mode = true;
    bool pinned_unoptimized = false;
    /// The schema as C sees it; shared with clones.
    struct Description;
    std::shared_ptr<const Description> description;
};

namespace nereid {

/// What the code of `forward` may write to, as far as can be known without running it.
struct Effects {
    bool has_mutable_state = false;
    bool may_write_inputs = false;
    /// It may start tasks of its own.
    bool may_fork = false;
    /// Tensors that are constants of the code, which clones share.
    bool writes_constants = false;
    /// Every parameter has to count as written.
    bool may_write_any_parameter = false;
    /// Otherwise these, as `named_parameters` names them.
    std::set<std::string> written_parameters;
};

} // namespace nereid

struct nt_module::Description {
    nt_description c{};
    nereid::Effects effects;
    /// The storage behind the pointers in `c`.
    std::vector<std::string> texts;
    std::vector<nt_argument> arguments;
    std::vector<const char *> fields;
};

namespace nereid {

Effects analyze_effects(const torch::jit::Module &module);
std::shared_ptr<const nt_module::Description> make_description(const torch::jit::Module &module);
int32_t kind_of(const c10::Type &type);

/// The file of a module, to be read in short calls. Throws when it cannot be opened.
std::shared_ptr<caffe2::serialize::ReadAdapterInterface> open_module_file(const char *path);

/// Between two pieces of work of a thread that loads or frees a model: leaves the core to threads that are ready, and pauses
/// when another thread has taken it since the last call. A thread that the system preempted has met one that serves, and
/// would keep it waiting again: the rest of a call into the kernel, or of a slice, is up to milliseconds.
void give_way();

/// Why a file is not TorchScript, as one sentence; empty when nothing is known.
std::string diagnose(const std::string &path);

int32_t load(const char *path, const char *device, int32_t inference_mode, nt_module **module, char **message) noexcept;
int32_t clone(const nt_module *source, nt_module **clone, char **message) noexcept;
int32_t pin_unoptimized(nt_module *module, char **message) noexcept;
size_t parameter_dimensions(const nt_module *module, int64_t *dimensions, size_t capacity) noexcept;
size_t storages(const nt_module *module, nt_storage *storages, size_t capacity) noexcept;

/// While one lives, large tensors that its thread makes lie apart from the heap: for reading and copying modules.
class WeightScope {
public:
    WeightScope();
    ~WeightScope();
    WeightScope(const WeightScope &) = delete;
    WeightScope &operator=(const WeightScope &) = delete;
};

/// Whether this thread works in the background: see nt_api.work_in_background.
bool is_background_thread() noexcept;

int32_t forward(nt_module *module, const nt_input *inputs, size_t count, const nt_call_options *options,
                nt_result **result, char **message) noexcept;
size_t output_count(const nt_result *result) noexcept;
int32_t is_dictionary(const nt_result *result) noexcept;
int32_t output(const nt_result *result, size_t index, nt_output *output) noexcept;
void free_result(nt_result *result) noexcept;

/// Runs `body` and turns whatever it throws into a message.
template <class Body> int32_t guarded(char **message, Body &&body) noexcept {
    const char *text = "unknown C++ exception";
    std::string held;
    try {
        body();
        return NT_OK;
    } catch (const c10::Error &error) {
        text = nullptr;
        try { held = error.what_without_backtrace(); } catch (...) { text = "out of memory"; }
    } catch (const std::bad_alloc &) {
        text = "out of memory";
    } catch (const std::exception &error) {
        text = nullptr;
        try { held = error.what(); } catch (...) { text = "out of memory"; }
    } catch (...) {
    }
    if (message) *message = strdup(text ? text : held.c_str());
    return NT_ERROR;
}

} // namespace nereid
