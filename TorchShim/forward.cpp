// One call of forward: C arguments to IValues, IValues to C outputs.
#include "shim.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/Dict.h>
#include <ATen/core/List.h>
#include <ATen/ops/from_blob.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <atomic>
#include <optional>

struct nt_result {
    struct Value {
        int32_t kind = NT_KIND_TENSOR;
        std::optional<std::string> name;
        at::Tensor tensor;
        /// Of `tensor` when it is readable.
        const void *data = nullptr;
        /// Strings: length and bytes of each, and where each begins.
        std::string wire;
        std::vector<size_t> offsets;
        int64_t string_count = 0;
    };
    std::vector<Value> values;
    bool is_dictionary = false;
};

namespace nereid {
namespace {

constexpr const char *unsupported_output =
    "output must be of type Tensor, List[str] or Tuple containing one of these two types. It should not be a List / "
    "Dictionary of Tensors or a Scalar";

/// The caller's claim to be told when its memory is no longer used.
struct Claim {
    void (*release)(void *);
    void *context;
    Claim(void (*release)(void *), void *context) : release(release), context(context) {}
    Claim(const Claim &) = delete;
    ~Claim() {
        if (release) release(context);
    }
};

at::Tensor make_tensor(const nt_input &input, std::shared_ptr<Claim> claim, const c10::Device &device) {
    auto options = at::TensorOptions().dtype(static_cast<c10::ScalarType>(input.scalar_type));
    c10::IntArrayRef shape(input.shape, static_cast<size_t>(input.rank));
    at::Tensor tensor = input.byte_count == 0
        ? at::empty(shape, options)
        : at::from_blob(const_cast<void *>(input.data), shape, [claim = std::move(claim)](void *) {}, options);
    TORCH_CHECK(tensor.nbytes() == input.byte_count, "an input has ", input.byte_count, " bytes where its shape needs ", tensor.nbytes());
    return device.is_cpu() ? tensor : tensor.to(device);
}

/// The value of the only element, for an argument that is a number and no tensor.
c10::IValue make_number(const at::Tensor &tensor, int32_t kind, const std::string &argument) {
    TORCH_CHECK(tensor.numel() == 1, "argument '", argument, "' of forward is one number, and the input has ", tensor.numel(), " elements");
    c10::Scalar number = tensor.item();
    switch (kind) {
    case NT_KIND_INT: return number.toLong();
    case NT_KIND_FLOAT: return number.toDouble();
    default: return number.toBool();
    }
}

c10::List<std::string> make_strings(const nt_input &input) {
    c10::List<std::string> strings;
    auto bytes = static_cast<const char *>(input.data);
    size_t at = 0;
    while (at < input.byte_count) {
        uint32_t length = 0;
        TORCH_CHECK(input.byte_count - at >= sizeof length, "a string input ends inside a length");
        std::memcpy(&length, bytes + at, sizeof length);
        at += sizeof length;
        TORCH_CHECK(input.byte_count - at >= length, "a string input ends inside a string");
        strings.push_back(std::string(bytes + at, length));
        at += length;
    }
    return strings;
}

/// The argument list of forward: what the caller gives, defaults for what it leaves out.
std::vector<c10::IValue> make_arguments(nt_module *module, const nt_input *inputs, size_t count,
                                        const std::vector<std::shared_ptr<Claim>> &claims) {
    const auto &declared = module->module.get_method("forward").function().getSchema().arguments();
    size_t argument_count = module->description->arguments.size();
    size_t first = declared.size() - argument_count;
    std::vector<c10::IValue> arguments(argument_count);
    std::vector<bool> is_given(argument_count, false);
    for (size_t i = 0; i < count; i++) {
        const nt_input &input = inputs[i];
        TORCH_CHECK(input.argument < argument_count, "forward has no argument ", input.argument);
        c10::IValue value = input.kind == NT_KIND_STRING_LIST
            ? c10::IValue(make_strings(input))
            : c10::IValue(make_tensor(input, claims[i], module->device));
        int32_t kind = module->description->arguments[input.argument].kind;
        if (kind == NT_KIND_INT || kind == NT_KIND_FLOAT || kind == NT_KIND_BOOL)
            value = make_number(value.toTensor(), kind, declared[first + input.argument].name());
        c10::IValue &slot = arguments[input.argument];
        if (input.key) {
            if (!is_given[input.argument]) slot = c10::Dict<std::string, at::Tensor>();
            auto dictionary = slot.toGenericDict();
            dictionary.insert(std::string(input.key), value.toTensor());
        } else {
            slot = std::move(value);
        }
        is_given[input.argument] = true;
    }
    for (size_t i = 0; i < argument_count; i++) {
        if (is_given[i]) continue;
        const c10::Argument &argument = declared[first + i];
        if (argument.default_value()) arguments[i] = *argument.default_value();
        else if (argument.type()->kind() == c10::TypeKind::DictType) arguments[i] = c10::Dict<std::string, at::Tensor>();
        else TORCH_CHECK(argument.type()->kind() == c10::TypeKind::OptionalType, "argument '", argument.name(), "' of forward is missing");
    }
    return arguments;
}

bool is_string_list(const c10::IValue &value) {
    return value.isList() && value.toListRef().size() > 0 ? value.toListRef()[0].isString()
                                                          : value.isList() && value.toList().elementType()->kind() == c10::TypeKind::StringType;
}

nt_result::Value collect_value(const c10::IValue &value) {
    nt_result::Value result;
    if (value.isTensor()) {
        result.tensor = value.toTensor();
        TORCH_CHECK(result.tensor.defined(), unsupported_output);
        return result;
    }
    TORCH_CHECK(is_string_list(value), unsupported_output);
    result.kind = NT_KIND_STRING_LIST;
    result.offsets.push_back(0);
    for (const c10::IValue &element : value.toListRef()) {
        const std::string &text = element.toStringRef();
        auto length = static_cast<uint32_t>(text.size());
        TORCH_CHECK(length == text.size(), "an output string is longer than 4 GB");
        result.wire.append(reinterpret_cast<const char *>(&length), sizeof length);
        result.wire.append(text);
        result.offsets.push_back(result.wire.size());
    }
    result.string_count = static_cast<int64_t>(value.toListRef().size());
    return result;
}

void collect(const c10::IValue &value, const nt_module::Description &description, nt_result &result) {
    if (value.isTuple()) {
        const auto &elements = value.toTupleRef().elements();
        for (size_t i = 0; i < elements.size(); i++) {
            result.values.push_back(collect_value(elements[i]));
            if (i < description.fields.size()) result.values.back().name = description.fields[i];
        }
    } else if (value.isGenericDict()) {
        result.is_dictionary = true;
        for (const auto &entry : value.toGenericDict()) {
            TORCH_CHECK(entry.key().isString(), unsupported_output);
            result.values.push_back(collect_value(entry.value()));
            result.values.back().name = entry.key().toStringRef();
        }
    } else if (value.isTensorList()) {
        for (const c10::IValue &element : value.toListRef()) result.values.push_back(collect_value(element));
    } else {
        result.values.push_back(collect_value(value));
    }
}

/// Runs forward, and everything that it forks, with the executor's optimisation on or off.
c10::IValue run_forward(nt_module &module, std::vector<c10::IValue> arguments, bool optimize) {
    // The switch belongs to a thread.
    torch::jit::GraphOptimizerEnabledGuard guard(optimize);
    if (!module.description->effects.may_fork) return module.module.forward(std::move(arguments));
    // Tasks, and what forward does after it has waited for one, run on threads of the process.
    auto launch = [optimize](std::function<void()> task) {
        if (is_background_thread()) return task();
        at::launch([optimize, task = std::move(task)] {
            torch::jit::GraphOptimizerEnabledGuard guard(optimize);
            task();
        });
    };
    auto future = module.module.get_method("forward").run_async(std::move(arguments), {}, launch);
    future->waitAndThrow();
    return future->value();
}

/// Whether something else refers to the memory of `tensor`: an attribute or a constant of the module, an input, another
/// output, or a task that still runs. Nothing can get at the memory later if nothing refers to it now.
bool is_held_elsewhere(const at::Tensor &tensor) {
    bool is_held = tensor.use_count() > 1 || tensor.storage().use_count() > 1;
    // The counts are read without ordering; what the last other holder wrote must be visible all the same.
    std::atomic_thread_fence(std::memory_order_acquire);
    return is_held;
}

void make_readable(nt_result::Value &value, bool copy_shared) {
    at::Tensor &tensor = value.tensor;
    TORCH_CHECK(tensor.layout() == at::kStrided && !tensor.is_quantized() && !tensor.is_nested(),
                "an output is a sparse, quantized or nested tensor; return a dense one");
    // Such a tensor has no memory.
    if (tensor._is_zerotensor()) tensor = at::zeros(tensor.sizes(), tensor.options());
    if (tensor.is_conj()) tensor = tensor.resolve_conj();
    if (tensor.is_neg()) tensor = tensor.resolve_neg();
    if (!tensor.device().is_cpu()) tensor = tensor.to(at::kCPU);
    if (!tensor.is_contiguous()) tensor = tensor.contiguous();
    else if (copy_shared && is_held_elsewhere(tensor)) tensor = tensor.clone();
    value.data = tensor.const_data_ptr();
}

} // namespace

int32_t forward(nt_module *module, const nt_input *inputs, size_t count, const nt_call_options *options,
                nt_result **result, char **message) noexcept {
    size_t claimed = 0;
    int32_t status = guarded(message, [&] {
        std::vector<std::shared_ptr<Claim>> claims;
        claims.reserve(count);
        for (; claimed < count; claimed++)
            claims.push_back(std::make_shared<Claim>(inputs[claimed].release, inputs[claimed].context));

        c10::InferenceMode inference_mode(module->inference_mode);
        at::NoGradGuard no_grad;
        // Reading first makes LibTorch initialise this thread; setting without it is overwritten later.
        if (options->intra_op_threads > 0 && at::get_num_threads() != options->intra_op_threads)
            at::set_num_threads(options->intra_op_threads);

        auto collected = std::make_unique<nt_result>();
        {
            auto arguments = make_arguments(module, inputs, count, claims);
            claims.clear();
            bool optimize = options->optimize != 0 && !module->pinned_unoptimized;
            c10::IValue value = run_forward(*module, std::move(arguments), optimize);
            collect(value, *module->description, *collected);
        }
        for (auto &value : collected->values)
            if (value.kind == NT_KIND_TENSOR) make_readable(value, options->copy_shared_outputs != 0);
        *result = collected.release();
    });
    // Only when memory ran out above.
    for (; claimed < count; claimed++)
        if (inputs[claimed].release) inputs[claimed].release(inputs[claimed].context);
    return status;
}

size_t output_count(const nt_result *result) noexcept { return result->values.size(); }

int32_t is_dictionary(const nt_result *result) noexcept { return result->is_dictionary; }

int32_t output(const nt_result *result, size_t index, nt_output *output) noexcept {
    if (index >= result->values.size()) return NT_ERROR;
    const nt_result::Value &value = result->values[index];
    *output = nt_output{};
    output->kind = value.kind;
    output->name = value.name ? value.name->c_str() : nullptr;
    if (value.kind == NT_KIND_STRING_LIST) {
        output->data = value.wire.data();
        output->byte_count = value.wire.size();
        output->shape = &value.string_count;
        output->rank = 1;
        output->scalar_type = -1;
        output->string_offsets = value.offsets.data();
        return NT_OK;
    }
    output->data = value.data;
    output->byte_count = value.tensor.nbytes();
    output->shape = value.tensor.sizes().data();
    output->rank = static_cast<int32_t>(value.tensor.dim());
    output->scalar_type = static_cast<int32_t>(value.tensor.scalar_type());
    return NT_OK;
}

void free_result(nt_result *result) noexcept { delete result; }

} // namespace nereid
