// Where the tensors of modules lie, and how much memory they take.
#include "graph.h"

#include <c10/core/CPUAllocator.h>
#include <torch/csrc/jit/api/compilation_unit.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/ir/constants.h>

#include <algorithm>
#include <mutex>
#include <unordered_set>

#include <sys/mman.h>
#include <unistd.h>

namespace nereid {
namespace {

thread_local int weight_scopes = 0;

/// Weights lie in memory of their own, apart from the heap: they go back to the system piece by piece the moment they are
/// freed, no heap stays locked meanwhile, and nothing small keeps them from going.
struct Mapping {
    void *address;
    size_t size;

    // Giving pages back takes the kernel long, and other threads that map memory may have to wait for the call: so each
    // is short, and unmapping what is empty then takes no time.
    static constexpr size_t piece = size_t{512} << 10;
    /// Smaller tensors would waste too much of their last page.
    static constexpr size_t smallest = size_t{64} << 10;

    static Mapping *make(size_t size) {
        size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
        TORCH_CHECK(size <= SIZE_MAX - page, "a tensor of ", size, " bytes is too large");
        size_t rounded = (size + page - 1) / page * page;
        auto mapping = std::make_unique<Mapping>();
        void *address = mmap(nullptr, rounded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        TORCH_CHECK(address != MAP_FAILED, "not enough memory: a tensor of the model needs ", size, " bytes");
        mapping->address = address;
        mapping->size = rounded;
        return mapping.release();
    }

    static void free(void *context) {
        auto *mapping = static_cast<Mapping *>(context);
        auto *start = static_cast<char *>(mapping->address);
        for (size_t offset = 0; offset < mapping->size; offset += piece) {
            madvise(start + offset, std::min(piece, mapping->size - offset), MADV_DONTNEED);
            give_way();
        }
        munmap(mapping->address, mapping->size);
        delete mapping;
    }
};

/// LibTorch's own allocator, but for the large tensors of a thread that reads or copies a module.
struct WeightAllocator final : at::Allocator {
    at::Allocator *standard;

    explicit WeightAllocator(at::Allocator *standard) : standard(standard) {}

    at::DataPtr allocate(size_t size) override {
        if (weight_scopes == 0 || size < Mapping::smallest) return standard->allocate(size);
        Mapping *mapping = Mapping::make(size);
        return {mapping->address, mapping, Mapping::free, at::Device(at::kCPU)};
    }

    at::DeleterFnPtr raw_deleter() const override { return standard->raw_deleter(); }
    void copy_data(void *to, const void *from, size_t count) const override { standard->copy_data(to, from, count); }
};

/// The memory of the tensors in a value, each piece once.
struct StorageCollector {
    std::vector<nt_storage> storages;
    std::unordered_set<const void *> seen;

    void add(const at::Tensor &tensor) {
        if (!tensor.defined() || !tensor.has_storage()) return;
        const c10::StorageImpl *storage = tensor.storage().unsafeGetStorageImpl();
        if (!seen.insert(storage).second) return;
        c10::Device device = tensor.device();
        storages.push_back({storage, storage->nbytes(), device.is_cpu() ? -1 : std::max<int32_t>(device.index(), 0)});
    }

    void add(const c10::IValue &value) {
        if (value.isTensor()) {
            add(value.toTensor());
        } else if (value.isTuple()) {
            for (const c10::IValue &element : value.toTupleRef().elements()) add(element);
        } else if (value.isTensorList()) {
            for (const at::Tensor &tensor : value.toTensorVector()) add(tensor);
        } else if (value.isList() && !value.isIntList() && !value.isDoubleList() && !value.isBoolList()) {
            for (const c10::IValue &element : value.toListRef()) add(element);
        } else if (value.isGenericDict()) {
            for (const auto &entry : value.toGenericDict()) add(entry.value());
        } else if (value.isObject() && seen.insert(value.toObjectRef().slots().data()).second) {
            for (const c10::IValue &slot : value.toObjectRef().slots()) add(slot);
        }
    }

    void add_constants(torch::jit::Block *block) {
        for_each_node(block, [this](torch::jit::Node *node) {
            if (node->kind() == c10::prim::Constant)
                if (auto constant = torch::jit::toIValue(node->output())) add(*constant);
            if (node->hasAttribute(c10::attr::Subgraph)) add_constants(node->g(c10::attr::Subgraph)->block());
        });
    }
};

} // namespace

WeightScope::WeightScope() {
    static std::once_flag once;
    // The process has it for good: tensors of other threads pass through.
    std::call_once(once, [] { c10::SetCPUAllocator(new WeightAllocator(c10::GetCPUAllocator()), 1); });
    weight_scopes++;
}

WeightScope::~WeightScope() { weight_scopes--; }

size_t storages(const nt_module *module, nt_storage *storages, size_t capacity) noexcept {
    try {
        StorageCollector collector;
        collector.add(c10::IValue(module->module._ivalue()));
        // All functions of the file, those that modules call included: a frozen module's weights are constants of its code.
        for (const torch::jit::Function *function : module->module._ivalue()->compilation_unit()->get_functions())
            if (auto *code = torch::jit::tryToGraphFunction(const_cast<torch::jit::Function &>(*function)))
                collector.add_constants(code->graph()->block());
        std::copy_n(collector.storages.begin(), std::min(capacity, collector.storages.size()), storages);
        return collector.storages.size();
    } catch (...) {
        return 0;
    }
}

} // namespace nereid
