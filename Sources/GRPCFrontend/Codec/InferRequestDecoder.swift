import InferenceEngine
import InferenceTypes
import ServingProtocol

/// Makes an inference request of a message. Checks, their order and their words are those of Triton.
///
/// Raw tensors become slices of the message; what lies in typed fields is written into memory of its own.
struct InferRequestDecoder {
    let message: InferRequestMessage
    let limits: InferCallLimits
    let sharedMemory: SharedMemoryRegistry
    private let body: TensorBytes
    var decoded: DecodedInferRequest

    /// - Parameters:
    ///   - message: what was read from `body`.
    ///   - servable: the model that the message names.
    static func decode(
        _ message: InferRequestMessage, body: TensorBytes, servable: any Servable, limits: InferCallLimits,
        sharedMemory: SharedMemoryRegistry
    ) throws(ServingError) -> DecodedInferRequest {
        var decoder = InferRequestDecoder(
            message: message, limits: limits, sharedMemory: sharedMemory, body: body,
            decoded: DecodedInferRequest(
                request: InferenceRequest(modelName: servable.name, modelVersion: servable.version)))
        try decoder.decode()
        return decoder.decoded
    }

    private mutating func decode() throws(ServingError) {
        decoded.request.id = message.id
        try decodeParameters()
        try addInputs()
        try limits.request.checkOutputs(message.outputCount)
        try addInputData()
        for output in message.outputs { try addOutput(output) }
    }

    private mutating func addInputs() throws(ServingError) {
        try limits.request.checkInputs(message.inputCount)
        var inputNames = InputNames()
        decoded.request.inputs.reserveCapacity(message.inputs.count)
        for input in message.inputs {
            try limits.request.checkRank(input.rank, ofInput: input.name)
            try inputNames.add(input.name, to: decoded.request)
            decoded.request.inputs.append(
                Tensor(name: input.name, dataType: input.dataType, shape: Shape(input.dimensions), bytes: .empty))
        }
    }

    private mutating func addInputData() throws(ServingError) {
        var rawInputs = message.rawInputs[...]
        for (index, input) in message.inputs.enumerated() {
            if let place = try input.parameters.sharedMemoryPlace(ofTensor: input.name) {
                guard input.contents == nil else {
                    throw ServingError(
                        .invalidArgument,
                        "unexpected 'content' provided when using shared memory for input tensor "
                            + "'\(input.name)' for model '\(message.modelName)'")
                }
                try decoded.sharedInputs.add(
                    region: place.region, offset: place.offset, byteCount: place.byteCount, forInputAt: index,
                    from: sharedMemory)
            } else if let contents = input.contents {
                decoded.request.inputs[index].bytes = try typedData(of: input, contents)
            } else if let range = rawInputs.popFirst() {
                decoded.request.inputs[index].bytes = body.slice(range)
            } else {
                throw ServingError(
                    .invalidArgument,
                    "unable to find data for input tensor '\(input.name)' for model '\(message.modelName)' in request.")
            }
        }
    }

    private func typedData(
        of input: InferRequestMessage.Input, _ contents: TensorContents
    ) throws(ServingError) -> TensorBytes {
        guard message.rawInputs.isEmpty else {
            throw ServingError(
                .invalidArgument,
                "contents field must not be specified when using raw_input_contents for '\(input.name)' for model "
                    + "'\(message.modelName)'")
        }
        var data: TensorBytes?
        for field in TensorContents.Field.allCases where contents.count(field) > 0 {
            let problem =
                "unexpected explicit tensor data for input tensor '\(input.name)' for model '\(message.modelName)'"
            guard data == nil else {
                throw ServingError(.invalidArgument, "\(problem), binary data was already supplied.")
            }
            let type = field.dataType(for: input.dataType)
            guard type == input.dataType else {
                throw ServingError(
                    .invalidArgument,
                    "\(problem) of type '\(type.protocolName)', expected datatype '\(input.dataType.protocolName)'")
            }
            data = try elements(field, of: input, contents)
        }
        return data ?? .empty
    }

    private func elements(
        _ field: TensorContents.Field, of input: InferRequestMessage.Input, _ contents: TensorContents
    ) throws(ServingError) -> TensorBytes {
        let byteCount = contents.byteCount(field, as: input.dataType)
        guard byteCount <= limits.maximumTypedBytes else {
            throw ServingError(
                .invalidArgument,
                "the contents of input '\(input.name)' take \(byteCount) bytes, which exceeds the maximum of "
                    + "\(limits.maximumTypedBytes)")
        }
        do throws(ProtobufError) {
            return try body.withUnsafeBytes { memory throws(ProtobufError) in
                try contents.elements(field, as: input.dataType, ofInput: ProtobufReader(memory, input.range))
            }
        } catch {
            throw ServingError(.internal, "the contents of input '\(input.name)' have changed while they were read")
        }
    }

    private mutating func addOutput(_ output: InferRequestMessage.Output) throws(ServingError) {
        decoded.request.requestedOutputs.append(output.name)
        let place = try output.parameters.sharedMemoryPlace(ofTensor: output.name)
        let classCount = try output.parameters.classCount()
        guard place == nil || classCount == nil else {
            throw ServingError(.invalidArgument, "output can't set both 'shared_memory_region' and 'classification'")
        }
        let range = try place.map { place throws(ServingError) in
            try sharedMemory.range(ofRegion: place.region, offset: place.offset, byteCount: place.byteCount)
        }
        decoded.outputs.append(RequestedOutput(name: output.name, classCount: classCount ?? 0, sharedMemory: range))
    }
}

extension TensorContents.Field {
    /// The datatype that elements of this field make for an input of type `type`: the field's own, or a narrower one.
    fileprivate func dataType(for type: DataType) -> DataType {
        switch self {
        case .bools: .bool
        case .ints: type == .int8 || type == .int16 ? type : .int32
        case .int64s: .int64
        case .uints: type == .uint8 || type == .uint16 ? type : .uint32
        case .uint64s: .uint64
        case .floats: .fp32
        case .doubles: .fp64
        case .strings: .bytes
        }
    }
}
