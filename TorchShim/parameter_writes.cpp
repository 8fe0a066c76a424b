// Which parameters forward may write to: clones share the others. What cannot be followed counts as any of them.
#include "graph.h"

#include <unordered_set>

namespace nereid {
namespace {

using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Value;

bool can_hold_tensors(const c10::Type &type) {
    switch (type.kind()) {
    case c10::TypeKind::IntType:
    case c10::TypeKind::FloatType:
    case c10::TypeKind::BoolType:
    case c10::TypeKind::StringType:
    case c10::TypeKind::NoneType: return false;
    default: return true;
    }
}

/// Follows a value back to the attributes whose memory it may be.
class OriginTrace {
public:
    OriginTrace(torch::jit::Graph &graph, const torch::jit::Module &root, Effects &effects)
        : root(root), self(graph.inputs().empty() ? nullptr : graph.inputs()[0]), effects(effects) {}

    void follow(Value *value) {
        if (!seen.insert(value).second) return;
        Node *node = value->node();
        switch (node->kind()) {
        case c10::prim::GetAttr: return attribute(node);
        case c10::prim::Param: return parameter_of_block(value);
        case c10::prim::Constant:
            if (value->type()->kind() == c10::TypeKind::TensorType) effects.writes_constants = true;
            return;
        case c10::prim::If:
            for (Block *block : node->blocks()) follow(block->outputs()[value->offset()]);
            return;
        case c10::prim::Loop: return loop(node, value->offset());
        case c10::prim::ListConstruct:
        case c10::prim::TupleConstruct:
        case c10::prim::DictConstruct:
            for (Value *input : node->inputs()) follow(input);
            return;
        default: return operation(node, value->offset());
        }
    }

private:
    const torch::jit::Module &root;
    Value *self;
    Effects &effects;
    std::unordered_set<Value *> seen;

    void unknown() { effects.may_write_any_parameter = true; }

    void attribute(Node *node) {
        auto owner = resolve(node->input(), self, root);
        if (!owner) return unknown();
        const std::string &name = node->s(c10::attr::name);
        auto type = owner->module.type();
        auto slot = type->findAttributeSlot(name);
        if (!slot) return unknown();
        if (type->is_parameter(*slot)) effects.written_parameters.insert(owner->path + name);
    }

    void parameter_of_block(Value *value) {
        Node *owner = value->node()->owningBlock()->owningNode();
        if (!owner) return; // an argument of forward
        // Of a loop's block the first parameter is the counter.
        if (owner->kind() != c10::prim::Loop || value->offset() == 0) return unknown();
        loop(owner, value->offset() - 1);
    }

    void loop(Node *node, size_t index) {
        follow(node->inputs()[index + 2]);
        follow(node->blocks()[0]->outputs()[index + 1]);
    }

    void operation(Node *node, size_t index) {
        if (may_return_input(node)) {
            for (Value *input : node->inputs())
                if (can_hold_tensors(*input->type())) follow(input);
            return;
        }
        const c10::FunctionSchema *schema = node->maybeSchema();
        if (!schema || !node->kind().is_aten() || index >= schema->returns().size()) return unknown();
        const c10::AliasInfo *result = schema->returns()[index].alias_info();
        if (!result) return; // new memory
        if (result->isWildcardBefore()) return unknown();
        const auto &arguments = schema->arguments();
        for (size_t i = 0; i < arguments.size() && i < node->inputs().size(); i++) {
            const c10::AliasInfo *source = arguments[i].alias_info();
            if (!source) continue;
            for (const auto &set : source->beforeSets())
                if (result->beforeSets().contains(set)) follow(node->inputs()[i]);
        }
    }
};

} // namespace

void find_parameter_writes(torch::jit::Graph &graph, const torch::jit::Module &root, Effects &effects) {
    OriginTrace written(graph, root, effects);
    bool writes_tensors = false;
    std::vector<Value *> stored;
    for_each_node(graph.block(), [&](Node *node) {
        if (node->kind() == c10::prim::CallMethod || node->kind() == c10::prim::CallFunction) {
            effects.may_write_any_parameter = true;
        } else if (node->hasAttribute(c10::attr::Subgraph)) {
            effects.may_write_any_parameter |= writes_shared_memory(node->g(c10::attr::Subgraph)->copy());
        } else if (node->kind() == c10::prim::SetAttr) {
            if (can_hold_tensors(*node->inputs()[1]->type())) stored.push_back(node->inputs()[1]);
        } else if (updates_statistics(node)) {
            writes_tensors = true;
            written.follow(node->input(3));
            written.follow(node->input(4));
        } else if (const c10::FunctionSchema *schema = node->maybeSchema()) {
            const auto &arguments = schema->arguments();
            for (size_t i = 0; i < arguments.size() && i < node->inputs().size(); i++) {
                const c10::AliasInfo *alias = arguments[i].alias_info();
                if (!alias || !alias->isWrite()) continue;
                writes_tensors = true;
                written.follow(node->inputs()[i]);
            }
        }
    });
    // A parameter that was also stored elsewhere can be written under its other name.
    if (writes_tensors)
        for (Value *value : stored) written.follow(value);
}

} // namespace nereid
