import InferenceTypes
import JSONText

/// What the client needs to know of a model, from its metadata and its configuration.
struct ModelDescription: Equatable {
    struct TensorDescription: Equatable, CustomStringConvertible {
        var name: String
        var dataType: DataType
        /// With -1 for variable dimensions, the batch dimension included.
        var shape: Shape

        var description: String { "\(name) \(dataType.protocolName) \(shape)" }
    }

    var name: String
    var inputs: [TensorDescription]
    var outputs: [TensorDescription]
    var hasBatchDimension = false
    /// Names of the inputs that a request may leave out.
    var optionalInputs: Set<String> = []
    /// The model's parameter `sample_rate`.
    var sampleRate: Int?

    /// From the body of `GET /v2/models/M`.
    init(metadata: JSONValue) throws(ClientError) {
        guard case .string(let name)? = metadata["name"] else { throw .malformedAnswer("the metadata has no name") }
        self.name = name
        inputs = try Self.tensors(metadata["inputs"])
        outputs = try Self.tensors(metadata["outputs"])
    }

    /// Adds what only the configuration tells, from the body of `GET /v2/models/M/config`.
    mutating func add(configuration: JSONValue) {
        if let size = configuration["max_batch_size"].flatMap(Self.integer) { hasBatchDimension = size > 0 }
        if case .array(let inputs)? = configuration["input"] {
            for input in inputs {
                guard case .string(let name)? = input["name"], input["optional"] == .bool(true) else { continue }
                optionalInputs.insert(name)
            }
        }
        if case .string(let text)? = configuration["parameters"]?["sample_rate"]?["string_value"], let rate = Int(text),
            Resampler.rates.contains(rate)
        {
            sampleRate = rate
        }
    }

    /// Inputs, one a line, for messages.
    var inputList: String { inputs.map { "  \($0)" }.joined(separator: "\n") }

    private static func tensors(_ value: JSONValue?) throws(ClientError) -> [TensorDescription] {
        guard case .array(let items)? = value else { throw .malformedAnswer("the metadata lists no tensors") }
        var tensors: [TensorDescription] = []
        for item in items {
            guard case .string(let name)? = item["name"], case .string(let typeName)? = item["datatype"],
                let dataType = DataType(protocolName: typeName), case .array(let dimensions)? = item["shape"]
            else { throw .malformedAnswer("the metadata of a tensor is incomplete") }
            var shape: [Int64] = []
            for dimension in dimensions {
                guard let number = integer(dimension) else {
                    throw .malformedAnswer("the shape of '\(name)' has no numbers")
                }
                shape.append(number)
            }
            tensors.append(TensorDescription(name: name, dataType: dataType, shape: Shape(shape)))
        }
        return tensors
    }

    /// Numbers, and texts of numbers: proto3 JSON writes 64-bit integers either way.
    private static func integer(_ value: JSONValue) -> Int64? {
        switch value {
        case .int64(let number): number
        case .string(let text): Int64(text)
        default: nil
        }
    }
}
