// The plain C contract between Nereid and its LibTorch shim (libnereid_torch.so, built from TorchShim/ by
// scripts/build-torch-shim and opened with dlopen). No torch header is needed to compile against it.
//
// Every function may be called from any thread and lets no C++ exception out. A function with a `message` argument
// returns NT_OK, or NT_ERROR after storing a malloc'ed text there, to be freed with `free_message`.
#ifndef NEREID_TORCH_SHIM_H
#define NEREID_TORCH_SHIM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The number of tables so far; each begins with the one before it.
#define NT_ABI_VERSION 2u
#define NT_OK 0
#define NT_ERROR 1

/// A loaded TorchScript module.
typedef struct nt_module nt_module;
/// The outputs of one call; owns their memory.
typedef struct nt_result nt_result;

/// What a forward argument, or a value that forward returns, is made of.
enum {
    NT_KIND_OTHER = 0,
    NT_KIND_TENSOR,
    NT_KIND_STRING_LIST,
    NT_KIND_TENSOR_DICT,
    NT_KIND_TENSOR_LIST,
    NT_KIND_STRING_LIST_DICT,
    NT_KIND_INT,
    NT_KIND_FLOAT,
    NT_KIND_BOOL,
    NT_KIND_STRING,
    NT_KIND_TUPLE,
    NT_KIND_NONE,
};

typedef struct {
    const char *name;
    /// The TorchScript type as text: "Tensor", "List[str]", "Optional[Tensor]" ...
    const char *type_name;
    /// NT_KIND_*; of an Optional, the kind inside.
    int32_t kind;
    int32_t is_optional;
    int32_t has_default;
} nt_argument;

/// What the schema and the code of `forward` say. Belongs to the module and lives as long.
typedef struct {
    /// Without `self`.
    const nt_argument *arguments;
    size_t argument_count;
    const char *return_type_name;
    int32_t return_kind;
    /// Of a NamedTuple: the names of its fields; otherwise empty.
    const char *const *return_fields;
    size_t return_field_count;
    /// The code may write to attributes of the module, or it cannot be known that it does not.
    int32_t has_mutable_state;
    /// The code may write to its input tensors, or it cannot be known that it does not.
    int32_t may_write_inputs;
} nt_description;

/// One argument value for `forward`.
typedef struct {
    /// Index into nt_description.arguments.
    size_t argument;
    /// The key, where the argument is a Dict; otherwise NULL.
    const char *key;
    /// NT_KIND_TENSOR or NT_KIND_STRING_LIST.
    int32_t kind;
    /// A tensor: elements in row-major order, aligned to the element size; for an argument that is an int, a float or a
    /// bool its only element is the value. Strings: each a 4-byte little-endian length
    /// and then the bytes.
    const void *data;
    size_t byte_count;
    const int64_t *shape;
    int32_t rank;
    /// A c10::ScalarType; ignored for strings.
    int32_t scalar_type;
    /// Called exactly once, on any thread, when LibTorch no longer refers to `data`; that can be after the call and after
    /// the result is freed. Also called when the call fails. May be NULL.
    void (*release)(void *context);
    void *context;
} nt_input;

typedef struct {
    /// Graph executor optimisation, for this call and the tasks that it forks only.
    int32_t optimize;
    /// Greater than 0: intra-op threads for the calling thread. Tasks that forward forks run on threads of the process, with
    /// the number that was set last anywhere when their thread began.
    int32_t intra_op_threads;
    /// Copy the outputs whose memory the module can still reach.
    int32_t copy_shared_outputs;
} nt_call_options;

/// One output. The pointers belong to the result and live as long.
typedef struct {
    /// NT_KIND_TENSOR or NT_KIND_STRING_LIST.
    int32_t kind;
    /// The dictionary key or the field name; NULL where there is none.
    const char *name;
    const void *data;
    size_t byte_count;
    const int64_t *shape;
    int32_t rank;
    int32_t scalar_type;
    /// Strings only: `shape[0] + 1` offsets into `data`, the first 0, the last `byte_count`.
    const size_t *string_offsets;
} nt_output;

/// A piece of memory that tensors of a module lie in.
typedef struct {
    /// Equal for the same piece, also in clones.
    const void *identity;
    uint64_t byte_count;
    /// The number of the GPU; -1 for memory of the machine.
    int32_t gpu;
} nt_storage;

typedef struct {
    uint32_t abi_version;
    const char *libtorch_version;

    /// Loads `path` on `device` ("cpu"). `inference_mode` (c10::InferenceMode) holds for the module's whole life.
    int32_t (*load)(const char *path, const char *device, int32_t inference_mode, nt_module **module, char **message);
    /// A module that shares the code of `module` and the parameters that forward only reads, and has its own copies of all
    /// else. The source must not be executing.
    int32_t (*clone)(const nt_module *module, nt_module **clone, char **message);
    void (*unload)(nt_module *module);
    const nt_description *(*describe)(const nt_module *module);
    /// Never optimise this module or its clones, on any thread. Only before the first call.
    int32_t (*pin_unoptimized)(nt_module *module, char **message);
    /// The distinct dimensions of the module's parameters and then of its other tensors, in the order of their declaration.
    /// Returns how many there are and writes at most `capacity`.
    size_t (*parameter_dimensions)(const nt_module *module, int64_t *dimensions, size_t capacity);

    /// Calls `forward`. Consumes every `release` of `inputs`, whatever happens.
    int32_t (*forward)(nt_module *module, const nt_input *inputs, size_t count, const nt_call_options *options,
                       nt_result **result, char **message);
    size_t (*output_count)(const nt_result *result);
    /// Whether the outputs came in a Dict.
    int32_t (*is_dictionary)(const nt_result *result);
    int32_t (*output)(const nt_result *result, size_t index, nt_output *output);
    void (*free_result)(nt_result *result);

    /// The process-wide number of inter-op threads can be set once, before its first use.
    int32_t (*set_inter_op_threads)(int32_t count, char **message);
    /// A sentence that says what kind of file this is, when it is not TorchScript; NULL when nothing is known.
    char *(*diagnose_file)(const char *path);
    /// Gives freed memory back to the system.
    void (*trim_memory)(void);
    void (*free_message)(char *message);

    /// The memory of the module's parameters, buffers, other tensor attributes and constants, each piece once. Returns how
    /// many pieces there are and writes at most `capacity`. The module must not be executing if it has mutable state.
    size_t (*storages)(const nt_module *module, nt_storage *storages, size_t capacity);
    /// From now on the calling thread leaves the other cores alone: one intra-op thread, and tasks that forward forks run on
    /// it and not on threads of the process. Meant for threads of low priority: what they start inherits it.
    void (*work_in_background)(void);
} nt_api;

typedef const nt_api *(*nt_get_api_function)(uint32_t abi_version);

/// The one exported symbol. NULL when the shim was built for another contract.
const nt_api *nt_get_api(uint32_t abi_version);

#ifdef __cplusplus
}
#endif
#endif
