// Loading, cloning and describing modules.
#include "shim.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace nereid {

namespace {

int32_t kind_inside_container(const c10::Type &container, c10::TypeKind element, int32_t kind) {
    return container.containedTypes().size() >= 1 && container.containedTypes().back()->kind() == element ? kind : NT_KIND_OTHER;
}

bool is_string_list(const c10::Type &type) {
    return type.kind() == c10::TypeKind::ListType && kind_inside_container(type, c10::TypeKind::StringType, 1) == 1;
}

/// The parameters that clones can share, each as its own copy.
c10::IValue::HashIdentityIValueMap read_only_parameters(const torch::jit::Module &module, const Effects &effects) {
    c10::IValue::HashIdentityIValueMap shared;
    if (effects.may_write_any_parameter) return shared;
    // One tensor can have several names.
    std::unordered_set<const c10::TensorImpl *> written;
    auto parameters = module.named_parameters();
    for (const auto &parameter : parameters)
        if (effects.written_parameters.contains(parameter.name)) written.insert(parameter.value.unsafeGetTensorImpl());
    for (const auto &parameter : parameters)
        if (!written.contains(parameter.value.unsafeGetTensorImpl())) shared[parameter.value] = parameter.value;
    return shared;
}

/// A copied tensor must not be a view of another one: writing to the one would no longer change the other.
void check_separate_memory(const torch::jit::Module &module, const c10::IValue::HashIdentityIValueMap &shared) {
    std::unordered_map<const c10::StorageImpl *, at::Tensor> owners;
    for (const c10::IValue &attribute : module.attributes()) {
        if (!attribute.isTensor() || !attribute.toTensor().defined() || !attribute.toTensor().has_storage()) continue;
        const at::Tensor &tensor = attribute.toTensor();
        auto [entry, is_new] = owners.try_emplace(tensor.storage().unsafeGetStorageImpl(), tensor);
        if (is_new || entry->second.is_same(tensor)) continue;
        TORCH_CHECK(shared.contains(attribute) && shared.contains(entry->second), "tensors of the module share memory");
    }
}

} // namespace

int32_t kind_of(const c10::Type &type) {
    switch (type.kind()) {
    case c10::TypeKind::TensorType: return NT_KIND_TENSOR;
    case c10::TypeKind::IntType: return NT_KIND_INT;
    case c10::TypeKind::FloatType: return NT_KIND_FLOAT;
    case c10::TypeKind::BoolType: return NT_KIND_BOOL;
    case c10::TypeKind::StringType: return NT_KIND_STRING;
    case c10::TypeKind::TupleType: return NT_KIND_TUPLE;
    case c10::TypeKind::NoneType: return NT_KIND_NONE;
    case c10::TypeKind::ListType:
        if (is_string_list(type)) return NT_KIND_STRING_LIST;
        return kind_inside_container(type, c10::TypeKind::TensorType, NT_KIND_TENSOR_LIST);
    case c10::TypeKind::DictType: {
        auto contained = type.containedTypes();
        if (contained.size() != 2 || contained[0]->kind() != c10::TypeKind::StringType) return NT_KIND_OTHER;
        if (is_string_list(*contained[1])) return NT_KIND_STRING_LIST_DICT;
        return contained[1]->kind() == c10::TypeKind::TensorType ? NT_KIND_TENSOR_DICT : NT_KIND_OTHER;
    }
    default: return NT_KIND_OTHER;
    }
}

std::shared_ptr<const nt_module::Description> make_description(const torch::jit::Module &module) {
    auto result = std::make_shared<nt_module::Description>();
    auto method = module.find_method("forward");
    TORCH_CHECK(method.has_value(), "the module has no method 'forward'");
    const c10::FunctionSchema &schema = method->function().getSchema();
    const auto &arguments = schema.arguments();
    size_t first = !arguments.empty() && arguments[0].type()->kind() == c10::TypeKind::ClassType ? 1 : 0;
    auto &texts = result->texts;
    // Never grows beyond this, so that the pointers into its strings stay.
    texts.reserve(2 * arguments.size() + 64 + 1);
    auto keep = [&](std::string text) {
        TORCH_CHECK(texts.size() < texts.capacity(), "forward has too many arguments or fields");
        return texts.emplace_back(std::move(text)).c_str();
    };
    for (size_t i = first; i < arguments.size(); i++) {
        const c10::Argument &argument = arguments[i];
        c10::TypePtr type = argument.type();
        nt_argument c{};
        c.name = keep(argument.name());
        c.type_name = keep(type->str());
        if (type->kind() == c10::TypeKind::OptionalType) {
            c.is_optional = 1;
            type = type->expectRef<c10::OptionalType>().getElementType();
        }
        c.kind = kind_of(*type);
        c.has_default = argument.default_value().has_value();
        result->arguments.push_back(c);
    }
    nt_description &c = result->c;
    c.return_type_name = "None";
    c.return_kind = NT_KIND_NONE;
    if (!schema.returns().empty()) {
        const c10::TypePtr &type = schema.returns()[0].type();
        c.return_type_name = keep(type->str());
        c.return_kind = kind_of(*type);
        if (auto tuple = type->cast<c10::TupleType>(); tuple && tuple->schema())
            for (const c10::Argument &field : tuple->schema()->arguments()) result->fields.push_back(keep(field.name()));
    }
    result->effects = analyze_effects(module);
    c.has_mutable_state = result->effects.has_mutable_state;
    c.may_write_inputs = result->effects.may_write_inputs;
    c.arguments = result->arguments.data();
    c.argument_count = result->arguments.size();
    c.return_fields = result->fields.data();
    c.return_field_count = result->fields.size();
    return result;
}

int32_t load(const char *path, const char *device, int32_t inference_mode, nt_module **module, char **message) noexcept {
    return guarded(message, [&] {
        c10::InferenceMode guard(inference_mode != 0);
        WeightScope weights;
        auto loaded = std::make_unique<nt_module>();
        loaded->device = c10::Device(device);
        loaded->inference_mode = inference_mode != 0;
        loaded->module = torch::jit::load(open_module_file(path), loaded->device);
        loaded->description = make_description(loaded->module);
        *module = loaded.release();
    });
}

int32_t clone(const nt_module *source, nt_module **clone, char **message) noexcept {
    return guarded(message, [&] {
        const Effects &effects = source->description->effects;
        TORCH_CHECK(!effects.writes_constants, "forward writes to a constant of its code, which clones would share");
        c10::InferenceMode guard(source->inference_mode);
        WeightScope weights;
        at::NoGradGuard no_grad;
        // Known copies: a parameter that is only read is its own copy. Everything else is copied once, so that what is
        // shared inside the module stays shared. The functions, and with them the executors, belong to the type and are
        // not copied.
        auto copies = read_only_parameters(source->module, effects);
        check_separate_memory(source->module, copies);
        c10::IValue copy = c10::IValue(source->module._ivalue()).deepcopy(copies);
        auto result = std::make_unique<nt_module>(*source);
        result->module = torch::jit::Module(copy.toObject());
        *clone = result.release();
    });
}

int32_t pin_unoptimized(nt_module *module, char **message) noexcept {
    return guarded(message, [&] {
        // The thread-local switch alone reaches no fork task and cannot undo a plan: every function of the module and of
        // its submodules, those behind an interface type included, gets the executor that never specialises.
        for (const torch::jit::Module &submodule : module->module.modules())
            for (const torch::jit::Method &method : submodule.get_methods())
                if (auto *function = torch::jit::tryToGraphFunction(method.function()))
                    function->_set_initial_executor_execution_mode(torch::jit::SIMPLE);
        module->pinned_unoptimized = true;
    });
}

size_t parameter_dimensions(const nt_module *module, int64_t *dimensions, size_t capacity) noexcept {
    try {
        std::vector<int64_t> distinct;
        std::unordered_set<int64_t> seen;
        auto collect = [&](const at::Tensor &tensor) {
            for (int64_t dimension : tensor.sizes())
                if (seen.insert(dimension).second) distinct.push_back(dimension);
        };
        for (const at::Tensor &parameter : module->module.parameters()) collect(parameter);
        for (const c10::IValue &attribute : module->module.attributes())
            if (attribute.isTensor() && attribute.toTensor().defined()) collect(attribute.toTensor());
        std::copy_n(distinct.begin(), std::min(capacity, distinct.size()), dimensions);
        return distinct.size();
    } catch (...) {
        return 0;
    }
}

} // namespace nereid
