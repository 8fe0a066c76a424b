import InferenceTypes
import ModelConfiguration
import Synchronization

/// Requests that each instance executes together before its model becomes ready (`model_warmup`).
struct WarmupSample: Sendable {
    let name: String
    let requests: [InferenceRequest]
    let repetitions: Int

    private init(name: String, requests: [InferenceRequest], repetitions: Int) {
        self.name = name
        self.requests = requests
        self.repetitions = repetitions
    }

    /// The most bytes that one input of a sample may have.
    static let maximumInputBytes = 1 << 30
    /// The most requests that one sample may have.
    static let maximumBatchSize = 65_536
    /// How often one sample may be executed (`count`).
    static let maximumRepetitions = 1_000_000

    /// Builds the samples of a configuration; those with a batch size of 0 are left out.
    ///
    /// Each sample is `batch_size` requests of batch size 1. Files are read from `<model>/warmup/`.
    static func all(in configuration: ModelConfig, modelDirectory: String) throws(ServingError) -> [WarmupSample] {
        var samples: [WarmupSample] = []
        let validator = RequestValidator(configuration)
        for setting in configuration.warmup where setting.batchSize > 0 {
            guard setting.batchSize <= maximumBatchSize else {
                throw ServingError(
                    .invalidArgument,
                    "warmup sample '\(setting.name)' of model '\(configuration.name)' asks for a batch size of "
                        + "\(setting.batchSize); the limit is \(maximumBatchSize)")
            }
            guard setting.count <= maximumRepetitions else {
                throw ServingError(
                    .invalidArgument,
                    "warmup sample '\(setting.name)' of model '\(configuration.name)' asks for a count of "
                        + "\(setting.count); the limit is \(maximumRepetitions)")
            }
            var request = InferenceRequest(modelName: configuration.name)
            for input in configuration.inputs {
                guard let content = setting.inputs[input.name] else { continue }
                request.inputs.append(
                    try tensor(content, name: input.name, configuration: configuration, directory: modelDirectory))
            }
            if let unknown = setting.inputs.keys.sorted().first(where: { name in
                !configuration.inputs.contains { $0.name == name }
            }) {
                throw ServingError(
                    .invalidArgument,
                    "warmup sample '\(setting.name)' names input '\(unknown)', which model '\(configuration.name)' does not have"
                )
            }
            try validator.validate(&request)
            samples.append(
                WarmupSample(
                    name: setting.name, requests: Array(repeating: request, count: Int(setting.batchSize)),
                    repetitions: max(Int(setting.count), 1)))
        }
        return samples
    }

    /// Zeros of one shape, which are the valid indices, masks and lengths of most models.
    init(_ run: WarmupShapes.Run, of configuration: ModelConfig) throws(ServingError) {
        name = Self.name(of: run, configuration)
        var request = InferenceRequest(modelName: configuration.name)
        for input in configuration.inputs {
            guard let dims = run.dims[input.name] else { continue }
            var content = ModelWarmup.Input()
            content.dataType = input.dataType
            content.dims = dims
            content.content = .zeroData(true)
            request.inputs.append(
                try Self.tensor(content, name: input.name, configuration: configuration, directory: ""))
        }
        try RequestValidator(configuration).validate(&request)
        requests = Array(repeating: request, count: run.batchSize)
        repetitions = 1
    }

    private static func name(of run: WarmupShapes.Run, _ configuration: ModelConfig) -> String {
        let inputs = configuration.inputs.compactMap { input in run.dims[input.name].map { "\(input.name)\($0)" } }
        let batch = configuration.maxBatchSize > 0 ? " x \(run.batchSize)" : ""
        return inputs.joined(separator: ", ") + batch
    }

    private static func tensor(
        _ input: ModelWarmup.Input, name: String, configuration: ModelConfig, directory: String
    ) throws(ServingError) -> Tensor {
        guard let elements = input.dims.elementCount else {
            throw ServingError(
                .invalidArgument,
                "warmup setting expects all variable-size dimensions are specified for input '\(name)'")
        }
        // An element of a string tensor is at least its 4-byte length, and zero-filled data is all empty strings.
        let (byteCount, overflow) = elements.multipliedReportingOverflow(by: input.dataType.byteSize ?? 4)
        guard !overflow, byteCount <= maximumInputBytes else {
            throw ServingError(
                .invalidArgument,
                "warmup input '\(name)' is larger than the limit of \(maximumInputBytes) bytes")
        }
        let bytes: TensorBytes
        switch input.content {
        case .zeroData: bytes = zeros(byteCount)
        case .randomData: bytes = input.dataType == .bytes ? zeros(byteCount) : randomBytes(byteCount, input.dataType)
        case .dataFile(let file):
            bytes = try read(file, byteCount: byteCount, type: input.dataType, directory: directory)
        case nil:
            throw ServingError(
                .invalidArgument, "warmup setting expects input '\(name)' to have input_data_type set")
        }
        let batch: [Int64] = configuration.maxBatchSize > 0 ? [1] : []
        return Tensor(
            name: name, dataType: input.dataType, shape: Shape(batch + input.dims.dimensions), bytes: bytes)
    }

    private static func zeros(_ byteCount: Int) -> TensorBytes {
        let buffer = TensorBuffer(byteCount: byteCount)
        buffer.bytes.initializeMemory(as: UInt8.self, repeating: 0)
        return TensorBytes(buffer)
    }

    private static func randomBytes(_ byteCount: Int, _ type: DataType) -> TensorBytes {
        let buffer = TensorBuffer(byteCount: byteCount)
        var generator = SystemRandomNumberGenerator()
        for index in buffer.bytes.indices {
            let byte = UInt8.random(in: .min ... .max, using: &generator)
            buffer.bytes[index] = type == .bool ? byte & 1 : byte
        }
        return TensorBytes(buffer)
    }

    private static func read(
        _ file: String, byteCount: Int, type: DataType, directory: String
    ) throws(ServingError) -> TensorBytes {
        let data = try FileContents.read(directory + "/warmup/" + file, limit: maximumInputBytes)
        if type == .bytes { return TensorBytes(copying: data) }
        guard data.count >= byteCount else {
            throw ServingError(
                .invalidArgument,
                "warmup setting expects \(byteCount) bytes, but the data provided from \(file) only has \(data.count) bytes"
            )
        }
        return TensorBytes(copying: data.prefix(byteCount))
    }
}

/// What went wrong in one run of a warm-up sample.
final class WarmupFailures: Sendable {
    private let collected = Mutex<[String]>([])

    var messages: [String] { collected.withLock { $0 } }

    func note(_ event: ResponseSender.Event) {
        if case .failed(let error) = event { collected.withLock { $0.append(error.message) } }
    }
}
