import InferenceTypes
import ModelConfiguration

/// The `parameters` of a configuration that this backend knows.
struct ExecutionSettings: Sendable, Hashable {
    /// `nil` when DISABLE_OPTIMIZED_EXECUTION is not given.
    var optimizedExecution: Bool?
    var inferenceMode = true
    /// `nil`: the cores are shared out over the instances.
    var intraOpThreads: Int32?
    var interOpThreads: Int32?
    /// One line for each parameter that is known but does something else here, or nothing.
    var notes: [String] = []
    /// Keys that the backend does not know.
    var unknownKeys: [String] = []

    /// - Throws: names the parameter, the value that cannot be understood, and where it is written.
    init(_ configuration: ModelConfig, modelName: String) throws(ServingError) {
        for (key, value) in configuration.parameters.sorted(by: { $0.key < $1.key }) {
            do throws(ServingError) {
                try read(key, value, modelName)
            } catch {
                let field = "parameters[\"\(key)\"].string_value"
                throw ServingError(error.code, configuration.placing(error.message, at: field))
            }
        }
    }

    private mutating func read(_ key: String, _ value: String, _ modelName: String) throws(ServingError) {
        switch key {
        case "DISABLE_OPTIMIZED_EXECUTION":
            optimizedExecution = try !Self.parseBool(key, value, modelName)
        case "INFERENCE_MODE":
            inferenceMode = try Self.parseBool(key, value, modelName)
        case "INTRA_OP_THREAD_COUNT":
            intraOpThreads = try Self.parseCount(key, value, modelName)
        case "INTER_OP_THREAD_COUNT":
            interOpThreads = try Self.parseCount(key, value, modelName)
        default:
            guard let meaning = Self.meaningHere[key] else {
                unknownKeys.append(key)
                return
            }
            _ = try Self.parseBool(key, value, modelName)
            notes.append("parameter \(key)=\(value): \(meaning)")
        }
    }

    private static let processWide =
        "has no effect; it would switch the whole process and so other models. Use DISABLE_OPTIMIZED_EXECUTION, which "
        + "concerns this model only"

    private static let meaningHere = [
        "ENABLE_WEIGHT_SHARING":
            "has no effect; instances share the weights that their code only reads, and each has its own mutable state",
        "ENABLE_CACHE_CLEANING": "has no effect on CPU; freed memory is given back when a model is unloaded",
        "DISABLE_CUDNN": "has no effect on CPU",
        "ENABLE_JIT_PROFILING": processWide,
        "ENABLE_JIT_EXECUTOR": processWide,
        "ENABLE_TENSOR_FUSER": processWide,
        "ENABLE_NVFUSER": "has no effect; this fuser was removed from LibTorch",
    ]

    private static func parseBool(_ key: String, _ value: String, _ model: String) throws(ServingError) -> Bool {
        switch value.lowercased() {
        case "true", "on", "1": return true
        case "false", "off", "0": return false
        default:
            throw ServingError(
                .invalidArgument,
                "failed to convert '\(value)' to boolean for parameter '\(key)' of model '\(model)'; expected true or false"
            )
        }
    }

    /// A thread count; 0 and below leave LibTorch's default, as Triton has it.
    private static func parseCount(_ key: String, _ value: String, _ model: String) throws(ServingError) -> Int32? {
        guard let count = Int32(value) else {
            throw ServingError(
                .invalidArgument,
                "failed to convert '\(value)' to int for parameter '\(key)' of model '\(model)'; expected a number of threads"
            )
        }
        guard count <= 1024 else {
            throw ServingError(
                .invalidArgument, "parameter '\(key)' of model '\(model)' is \(count); at most 1024 is allowed")
        }
        return count > 0 ? count : nil
    }
}
