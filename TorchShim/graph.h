// Walking the graph of a function, for the files that look into code.
#pragma once

#include "shim.h"

#include <torch/csrc/jit/ir/ir.h>

#include <functional>
#include <optional>

namespace nereid {

/// Calls `visit` with every node of the block and of the blocks inside.
void for_each_node(torch::jit::Block *block, const std::function<void(torch::jit::Node *)> &visit);

/// A module inside the root module.
struct Place {
    torch::jit::Module module;
    /// Empty for the root, otherwise with a dot at the end.
    std::string path;
};

/// The module that `value` holds, if it is `self` or a chain of attributes of it.
std::optional<Place> resolve(torch::jit::Value *value, torch::jit::Value *self, const torch::jit::Module &root);

/// Whether the node is an operator whose result can be an input itself, or a view of it, which its schema does not say.
bool may_return_input(torch::jit::Node *node);

/// Whether the node writes to running statistics, which its schema does not say.
bool updates_statistics(torch::jit::Node *node);

/// Whether the graph may write to memory that outlives a call.
bool writes_shared_memory(const std::shared_ptr<torch::jit::Graph> &graph);

/// Completes the part of `effects` that concerns parameters and constants. `graph` is forward, inlined.
void find_parameter_writes(torch::jit::Graph &graph, const torch::jit::Module &root, Effects &effects);

} // namespace nereid
