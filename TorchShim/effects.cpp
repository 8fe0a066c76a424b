// What forward may write to: decides which instances need state of their own and which inputs must be copied first.
#include "graph.h"

#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/ir/alias_analysis.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/passes/lower_tuples.h>

#include <algorithm>
#include <array>

namespace nereid {
namespace {

using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

/// Puts the saved value in place of each `self.training`, so that branches for training do not count.
void fold_training_flags(std::shared_ptr<Graph> graph, const torch::jit::Module &module) {
    std::vector<Node *> flags;
    bool is_written = false;
    for_each_node(graph->block(), [&](Node *node) {
        if (node->kind() == c10::prim::GetAttr && node->s(c10::attr::name) == "training") flags.push_back(node);
        if (node->kind() == c10::prim::SetAttr && node->s(c10::attr::name) == "training") is_written = true;
    });
    if (is_written || graph->inputs().empty()) return;
    for (Node *node : flags) {
        auto owner = resolve(node->input(), graph->inputs()[0], module);
        if (!owner || !owner->module.hasattr("training") || !owner->module.attr("training").isBool()) continue;
        torch::jit::WithInsertPoint here(node);
        node->output()->replaceAllUsesWith(graph->insertConstant(owner->module.attr("training")));
    }
    torch::jit::ConstantPropagation(graph);
}

bool is_constant_false(Value *value) {
    auto constant = torch::jit::toIValue(value);
    return constant && ((constant->isBool() && !constant->toBool()) || constant->isNone());
}

bool may_fork(Graph &graph) {
    bool found = false;
    for_each_node(graph.block(), [&](Node *node) {
        // Calls that are left after inlining cannot be looked into.
        found |= node->kind() == c10::prim::fork || node->kind() == c10::prim::CallMethod || node->kind() == c10::prim::CallFunction ||
            (node->hasAttribute(c10::attr::Subgraph) && may_fork(*node->g(c10::attr::Subgraph)));
    });
    return found;
}

/// Operators whose result may be an input's memory, or an element of a container, without the alias analysis knowing which.
bool may_pass_through(Node *node) {
    std::string_view name = node->kind().toQualString();
    return may_return_input(node) || name == "aten::__getitem__" || name == "prim::ListUnpack" ||
        name == "prim::TupleUnpack" || name == "prim::TupleIndex" || name == "prim::GetAttr" || name == "aten::wait" || name == "prim::awaitable_wait" ||
        name == "prim::Constant";
}

} // namespace

void for_each_node(Block *block, const std::function<void(Node *)> &visit) {
    for (Node *node : block->nodes()) {
        visit(node);
        for (Block *inner : node->blocks()) for_each_node(inner, visit);
    }
}

std::optional<Place> resolve(Value *value, Value *self, const torch::jit::Module &root) {
    if (value == self) return Place{root, ""};
    Node *node = value->node();
    if (node->kind() != c10::prim::GetAttr) return std::nullopt;
    auto parent = resolve(node->input(), self, root);
    if (!parent) return std::nullopt;
    const std::string &name = node->s(c10::attr::name);
    if (!parent->module.hasattr(name)) return std::nullopt;
    c10::IValue attribute = parent->module.attr(name);
    if (!attribute.isModule()) return std::nullopt;
    return Place{torch::jit::Module(attribute.toObject()), parent->path + name + "."};
}

bool may_return_input(Node *node) {
    static constexpr std::array operators = std::to_array<std::string_view>({
        "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_tensors", "cartesian_prod", "chain_matmul", "conj_physical",
        "dequantize", "einsum", "meshgrid", "sum_to_size", "to_dense", "type_as", "unsafe_chunk", "unsafe_split",
        "unsafe_split_with_sizes",
    });
    std::string_view name = node->kind().toQualString();
    if (!name.starts_with("aten::")) return false;
    name.remove_prefix(6);
    // In evaluation mode dropout does nothing, as the others do for arguments that have the right form already.
    return name.ends_with("dropout") || name.starts_with("_cast_") || std::ranges::find(operators, name) != operators.end();
}

bool updates_statistics(Node *node) {
    std::string_view name = node->kind().toQualString();
    if (name == "aten::batch_norm" && node->inputs().size() > 5)
        return !is_constant_false(node->input(5)) && !is_constant_false(node->input(3));
    if (name == "aten::instance_norm" && node->inputs().size() > 5)
        return !is_constant_false(node->input(5)) && !is_constant_false(node->input(3));
    return false;
}

bool writes_shared_memory(const std::shared_ptr<Graph> &graph) {
    bool found = false;
    torch::jit::ValueSet shared(graph->inputs().begin(), graph->inputs().end());
    for_each_node(graph->block(), [&](Node *node) {
        if (node->kind() == c10::prim::SetAttr) {
            // Attributes of an object that this very call has made are nobody else's.
            found |= node->input(0)->node()->kind() != c10::prim::CreateObject;
        } else if (node->kind() == c10::prim::CallMethod || node->kind() == c10::prim::CallFunction) {
            found = true; // behind an interface, or a function that cannot be looked into
        } else if (updates_statistics(node)) {
            found = true;
        } else if (node->hasAttribute(c10::attr::Subgraph)) {
            found |= writes_shared_memory(node->g(c10::attr::Subgraph)->copy());
        }
        if (may_pass_through(node))
            for (Value *output : node->outputs())
                if (node->kind() != c10::prim::Constant || output->type()->kind() == c10::TypeKind::TensorType) shared.insert(output);
    });
    if (found) return true;
    torch::jit::AliasDb aliases(graph);
    for_each_node(graph->block(), [&](Node *node) {
        // Forks and waits count as writing to everything; the body of the fork has been looked at above.
        if (node->kind() == c10::prim::fork || node->kind() == c10::aten::wait) return;
        found = found || aliases.writesToAlias(node, shared);
    });
    return found;
}

Effects analyze_effects(const torch::jit::Module &module) {
    Effects effects;
    // The alias analysis keeps inputs and attributes in one class, so the two answers are one.
    effects.has_mutable_state = effects.may_write_inputs = effects.may_write_any_parameter = effects.may_fork = true;
    try {
        auto *function = torch::jit::tryToGraphFunction(module.get_method("forward").function());
        if (!function) return effects;
        auto graph = function->graph()->copy();
        torch::jit::Inline(*graph);
        fold_training_flags(graph, module);
        Effects found;
        found.may_fork = may_fork(*graph);
        found.has_mutable_state = found.may_write_inputs = writes_shared_memory(graph);
        if (found.has_mutable_state) {
            // So that members of tuples are followed.
            torch::jit::LowerSimpleTuples(graph);
            find_parameter_writes(*graph, module, found);
        }
        return found;
    } catch (...) {
        return effects;
    }
}

} // namespace nereid
