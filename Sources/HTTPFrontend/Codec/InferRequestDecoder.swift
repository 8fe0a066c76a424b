import InferenceEngine
import InferenceTypes
import JSONText
import ServingProtocol

/// Decodes the body of an inference request: JSON, then the data of its binary tensors, which become slices of the body.
///
/// Nothing is allocated by what a client merely claims: a tensor in JSON takes no more than its text can hold. Checks, their
/// order and their words are those of Triton.
struct InferRequestDecoder {
    private let body: TensorBytes
    let limits: InferRequestLimits
    let sharedMemory: SharedMemoryRegistry
    let text: RequestJSONText
    var request: InferenceRequest
    var plan = InferResponsePlan()
    /// Offset in the body of the first byte that no binary input has taken yet.
    private var binaryOffset: Int
    private var inputNames = InputNames()

    /// - Parameters:
    ///   - headerLength: Bytes of the JSON at the start of `body`; 0 makes the whole body the data of the model's only input.
    ///   - servable: The model that the request is for.
    static func decode(
        _ body: TensorBytes, headerLength: Int, servable: any Servable,
        limits: InferRequestLimits = InferRequestLimits(), sharedMemory: SharedMemoryRegistry = SharedMemoryRegistry()
    ) throws(ServingError) -> (request: InferenceRequest, plan: InferResponsePlan) {
        try decode(
            body, headerLength: headerLength, model: servable.name, version: servable.version, limits: limits,
            sharedMemory: sharedMemory)
    }

    static func decode(
        _ body: TensorBytes, headerLength: Int, model: String, version: Int64?,
        limits: InferRequestLimits = InferRequestLimits(), sharedMemory: SharedMemoryRegistry = SharedMemoryRegistry()
    ) throws(ServingError) -> (request: InferenceRequest, plan: InferResponsePlan) {
        guard headerLength > 0 else { return try decodeRaw(body, model: model, version: version, limits: limits) }
        guard headerLength <= body.count else {
            throw InferenceHeaderLength.outside(headerLength, of: body.count)
        }
        guard headerLength <= limits.maximumInputBytes else {
            throw RequestJSON.tooLarge(headerLength, maximumBytes: limits.maximumInputBytes)
        }
        return try body.withUnsafeBytes { memory throws(ServingError) in
            var decoder = InferRequestDecoder(
                body: body, json: UnsafeRawBufferPointer(rebasing: memory[..<headerLength]), limits: limits,
                sharedMemory: sharedMemory, request: InferenceRequest(modelName: model, modelVersion: version))
            try decoder.decode()
            return (decoder.request, decoder.plan)
        }
    }

    private static func decodeRaw(
        _ body: TensorBytes, model: String, version: Int64?, limits: InferRequestLimits
    ) throws(ServingError) -> (request: InferenceRequest, plan: InferResponsePlan) {
        guard body.count <= limits.maximumInputBytes else {
            throw ServingError(
                .invalidArgument,
                "Raw input has a byte_size (\(body.count) bytes) that exceeds the maximum allowed value of "
                    + "\(limits.maximumInputBytes) bytes. Use --http-max-input-size to increase the limit.")
        }
        var request = InferenceRequest(modelName: model, modelVersion: version)
        request.isRawInput = true
        request.inputs = [Tensor(name: RequestValidator.rawInputName, dataType: .invalid, shape: [], bytes: body)]
        return (request, InferResponsePlan(defaultEncoding: .binary))
    }

    private init(
        body: TensorBytes, json: UnsafeRawBufferPointer, limits: InferRequestLimits,
        sharedMemory: SharedMemoryRegistry, request: InferenceRequest
    ) {
        self.body = body
        self.limits = limits
        self.sharedMemory = sharedMemory
        self.request = request
        text = RequestJSONText(bytes: json)
        binaryOffset = json.count
    }

    private mutating func decode() throws(ServingError) {
        let outline: InferRequestOutline
        do throws(JSONError) {
            outline = try InferRequestOutline(text, limits)
        } catch {
            throw RequestJSON.unreadable(error)
        }
        if let offset = outline.id { request.id = try text.string(at: offset, "Unable to parse 'id'") }
        if let offset = outline.parameters { try decodeParameters(at: offset) }
        try decodeInputs(outline)
        if let offset = outline.outputs { try decodeOutputs(at: offset) }
    }

    private mutating func decodeInputs(_ outline: InferRequestOutline) throws(ServingError) {
        switch outline.inputs {
        case .missing: throw RequestJSONText.missing("inputs", "Unable to parse 'inputs'")
        case .notAnArray: throw RequestJSONText.Mismatch.array.error("Unable to parse 'inputs'")
        case .array(let inputs):
            request.inputs.reserveCapacity(inputs.count)
            for input in inputs { try decodeInput(input) }
        }
        try limits.request.checkInputs(outline.inputCount)
        guard binaryOffset == body.count else {
            throw ServingError(
                .invalidArgument, "unexpected additional input data for model '\(request.modelName)'")
        }
    }

    private mutating func decodeInput(_ input: InferRequestOutline.Input) throws(ServingError) {
        let binarySize = text.member("binary_data_size", ofObjectAt: input.parameters)
        let region = text.member("shared_memory_region", ofObjectAt: input.parameters)
        try Self.checkSource(hasData: input.data != nil, hasBinary: binarySize != nil, hasSharedMemory: region != nil)

        guard let nameOffset = input.name else { throw RequestJSONText.missing("name", "Unable to parse 'name'") }
        let name = try text.string(at: nameOffset, "Unable to parse 'name'")
        guard let typeOffset = input.datatype else {
            throw RequestJSONText.missing("datatype", "Unable to parse 'datatype'")
        }
        let type = try text.dataType(at: typeOffset)
        guard let shapeOffset = input.shape else { throw RequestJSONText.missing("shape", "Unable to parse 'shape'") }
        let shape = try text.shape(at: shapeOffset, inputName: name, limits.request)
        try inputNames.add(name, to: request)

        let bytes: TensorBytes
        if let binarySize {
            bytes = try takeBinary(
                byteCount: try text.unsigned(at: binarySize, "Unable to parse 'binary_data_size'"), inputName: name)
        } else if let region {
            let place = try sharedMemoryPlace(region: region, parameters: input.parameters)
            try plan.sharedInputs.add(
                region: place.region, offset: place.offset, byteCount: place.byteCount,
                forInputAt: request.inputs.count, from: sharedMemory)
            bytes = .empty
        } else if let decoded = input.decodedData {
            bytes = decoded
        } else if let data = input.data {
            bytes = try JSONTensorDecoder(
                text: text, inputName: name, dataType: type, shape: shape,
                maximumByteCount: limits.maximumInputBytes
            ).decode(data)
        } else {
            bytes = .empty
        }
        request.inputs.append(Tensor(name: name, dataType: type, shape: shape, bytes: bytes))
    }

    private static func checkSource(
        hasData: Bool, hasBinary: Bool, hasSharedMemory: Bool
    ) throws(ServingError) {
        let sources = [(hasData, "data"), (hasBinary, "binary_data_size"), (hasSharedMemory, "shared_memory_region")]
        let given = sources.lazy.filter { $0.0 }.map { " '\($0.1)'" }
        if hasData != hasBinary ? !hasSharedMemory : !hasData && hasSharedMemory { return }
        throw ServingError(
            .invalidArgument,
            "Input must set only one of the following fields: 'data', 'binary_data_size' in 'parameters', "
                + "'shared_memory_region' in 'parameters'. But"
                + (given.isEmpty ? " no field is set" : " set" + given.joined()))
    }

    private mutating func takeBinary(byteCount: UInt64, inputName: String) throws(ServingError) -> TensorBytes {
        let available = body.count - binaryOffset
        guard byteCount <= available else {
            throw ServingError(
                .invalidArgument,
                "unexpected size for input '\(inputName)', expecting \(byteCount - UInt64(available)) additional bytes for "
                    + "model '\(request.modelName)'")
        }
        let range = binaryOffset..<(binaryOffset + Int(byteCount))
        binaryOffset = range.upperBound
        return body.slice(range)
    }

    /// Where a tensor with these parameters lies in shared memory.
    func sharedMemoryPlace(
        region: Int, parameters: Int?
    ) throws(ServingError) -> (region: String, offset: UInt64, byteCount: UInt64) {
        let name = try text.string(at: region, "Unable to parse 'shared_memory_region'")
        var (offset, byteCount): (UInt64, UInt64) = (0, 0)
        if let position = text.member("shared_memory_offset", ofObjectAt: parameters) {
            offset = try text.unsigned(at: position, "Unable to parse 'shared_memory_offset'")
        }
        if let position = text.member("shared_memory_byte_size", ofObjectAt: parameters) {
            byteCount = try text.unsigned(at: position, "Unable to parse 'shared_memory_byte_size'")
        }
        return (name, offset, byteCount)
    }
}
