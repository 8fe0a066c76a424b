public import InferenceTypes
public import ModelConfiguration

/// Checks requests against a model's configuration and completes them. Made once per model; used from any thread.
///
/// The checks, their order and their words are those of Triton: inputs are looked at from the last to the first.
public struct RequestValidator: Sendable {
    let modelName: String
    let maxBatchSize: Int
    let inputs: [InputRule]
    let requiredInputCount: Int
    /// Sorted, which is the order in which backends see requested outputs.
    private let outputNames: [String]
    private let correlationControl: CorrelationControl?

    public init(_ configuration: ModelConfig) {
        modelName = configuration.name
        maxBatchSize = Int(max(configuration.maxBatchSize, 0))
        inputs = configuration.inputs.map { InputRule($0, batches: configuration.maxBatchSize > 0) }
        requiredInputCount = configuration.inputs.count { !$0.optional }
        outputNames = configuration.outputs.map(\.name).sorted()
        correlationControl = configuration.sequenceBatching.flatMap(CorrelationControl.init)
    }

    /// Completes the request: `inputs` in the order of the configuration with reshapes applied, `requestedOutputs` sorted
    /// and never empty (as far as the model has outputs), `batchSize`.
    ///
    /// - Throws: `invalidArgument` with Triton's words. The request is then not to be used any more.
    public func validate(_ request: inout InferenceRequest) throws(ServingError) {
        if request.isRawInput { try deduceRawInput(&request) }
        try checkRequestedOutputs(&request)
        try checkInputCount(request)
        let order = try matchInputs(request)
        try checkBatchSize(&request, order)
        for index in request.inputs.indices.reversed() {
            try checkInput(&request, at: index, inputs[order[index]])
        }
        // A negative one for which there was enough data.
        guard request.batchSize <= maxBatchSize else { throw batchSizeError(request) }
        sortInputs(&request, order)
        try checkCorrelationID(request)
    }

    private func checkRequestedOutputs(_ request: inout InferenceRequest) throws(ServingError) {
        guard !request.requestedOutputs.isEmpty else {
            request.requestedOutputs = outputNames
            return
        }
        if request.requestedOutputs.count > 1 {
            request.requestedOutputs.sort()
            var previous: String?
            request.requestedOutputs.removeAll { name in
                defer { previous = name }
                return name == previous
            }
        }
        for name in request.requestedOutputs where !outputNames.contains(name) {
            throw ServingError(.invalidArgument, "unexpected inference output '\(name)' for model '\(modelName)'")
        }
    }

    private func checkInputCount(_ request: InferenceRequest) throws(ServingError) {
        let count = request.inputs.count
        guard count > inputs.count || count < requiredInputCount else { return }
        let given = request.inputs.reversed().map { "'\($0.name)'" }
        let missing = inputs.filter { rule in !rule.isOptional && !request.inputs.contains { $0.name == rule.name } }
        // Triton drops the opening bracket of an empty list here, and clients see the text.
        let missingList = missing.isEmpty ? "]" : "[\(missing.map { "'\($0.name)'" }.joined(separator: ","))]"
        let expectation =
            requiredInputCount == inputs.count
            ? "expected \(inputs.count) inputs but got"
            : "expected number of inputs between \(requiredInputCount) and \(inputs.count) but got"
        throw error(
            request,
            "\(expectation) \(count) inputs for model '\(modelName)'. Got input(s) [\(given.joined(separator: ","))], "
                + "but missing required input(s) \(missingList). Please provide all required input(s).")
    }

    private func matchInputs(_ request: InferenceRequest) throws(ServingError) -> InputOrder {
        // Most clients keep the order of the configuration.
        if zip(request.inputs, inputs).allSatisfy({ $0.name == $1.name }) { return InputOrder() }
        var order = Array(0..<request.inputs.count)
        for index in order.indices.reversed() {
            let name = request.inputs[index].name
            guard let match = inputs.firstIndex(where: { $0.name == name }) else {
                throw ServingError(.invalidArgument, "unexpected inference input '\(name)' for model '\(modelName)'")
            }
            order[index] = match
        }
        for index in order.indices.dropFirst() where order[..<index].contains(order[index]) {
            throw .inputExists(request.inputs[index].name, in: request)
        }
        return InputOrder(ruleIndices: order)
    }

    private func checkBatchSize(_ request: inout InferenceRequest, _ order: InputOrder) throws(ServingError) {
        request.batchSize = 0
        guard maxBatchSize > 0 else { return }
        var batchSize: Int64 = 0
        for index in request.inputs.indices.reversed() where !inputs[order[index]].isShapeTensor {
            let input = request.inputs[index]
            guard let first = input.shape.dimensions.first else {
                throw error(
                    request, "input '\(input.name)' has no shape but model requires batch dimension for '\(modelName)'")
            }
            if batchSize == 0 {
                batchSize = first
            } else if first != batchSize || batchSize < 0 {
                throw error(request, "input '\(input.name)' batch size does not match other inputs for '\(modelName)'")
            }
        }
        guard batchSize <= maxBatchSize else { throw batchSizeError(request) }
        if batchSize < 0 {
            // Triton reads it as an unsigned number and finds too little data for it, which is what clients are told.
            batchSize = Int64(UInt32(truncatingIfNeeded: batchSize))
            guard batchSize > maxBatchSize else { throw batchSizeError(request) }
            for index in request.inputs.indices where !inputs[order[index]].isShapeTensor {
                request.inputs[index].shape.dimensions[0] = batchSize
            }
        }
        request.batchSize = Int(batchSize)
    }

    private func batchSizeError(_ request: InferenceRequest) -> ServingError {
        error(request, "inference request batch-size must be <= \(maxBatchSize) for '\(modelName)'")
    }

    private func checkInput(
        _ request: inout InferenceRequest, at index: Int, _ rule: InputRule
    ) throws(ServingError) {
        let type = request.inputs[index].dataType
        guard type == rule.dataType else {
            throw error(
                request,
                "inference input '\(nameInErrors(request, index))' data-type is '\(type.protocolName)', but model "
                    + "'\(modelName)' expects '\(rule.dataType.protocolName)'")
        }
        try checkShape(request, index, rule)
        if !rule.isShapeTensor {
            applyBatchSize(&request, at: index, rule)
            if let reshape = rule.reshape {
                let batchRank = request.batchSize > 0 ? 1 : 0
                request.inputs[index].shape = rule.applying(
                    reshape, to: request.inputs[index].shape, batchRank: batchRank)
            }
        }
        guard !rule.isNonLinearFormat else { return }
        if type == .bytes {
            try checkBytesElements(request, index)
        } else {
            try checkByteCount(request, index)
        }
    }

    /// As in Triton, a leading dimension of 0 stands for no batch dimension, or for that of the other inputs.
    private func applyBatchSize(_ request: inout InferenceRequest, at index: Int, _ rule: InputRule) {
        guard rule.batches, request.inputs[index].shape.dimensions.first == 0 else { return }
        if request.batchSize == 0 {
            request.inputs[index].shape.dimensions.removeFirst()
        } else {
            request.inputs[index].shape.dimensions[0] = Int64(request.batchSize)
        }
    }

    private func checkShape(_ request: InferenceRequest, _ index: Int, _ rule: InputRule) throws(ServingError) {
        let shape = request.inputs[index].shape
        let batchRank = rule.batches && !rule.isShapeTensor ? 1 : 0
        var matches = shape.rank - batchRank == rule.dims.rank
        var position = 0
        while matches && position < rule.dims.rank {
            let given = shape.dimensions[position + batchRank]
            guard given >= 0 else {
                throw error(
                    request,
                    "All input dimensions should be specified for input '\(nameInErrors(request, index))' for model "
                        + "'\(modelName)', got \(shape)")
            }
            let expected = rule.dims.dimensions[position]
            matches = expected == -1 || expected == given
            position += 1
        }
        guard !matches else { return }
        let full = rule.batches ? Shape([-1] + rule.dims.dimensions) : rule.dims
        throw error(
            request,
            "unexpected shape for input '\(nameInErrors(request, index))' for model '\(modelName)'. Expected \(full), got "
                + "\(shape). \(rule.batches ? Self.batchDimensionNote : "")")
    }

    private func checkByteCount(_ request: InferenceRequest, _ index: Int) throws(ServingError) {
        let input = request.inputs[index]
        guard let size = elementCount(of: input.shape).flatMap({ multiply($0, input.dataType.byteSize ?? 0) }) else {
            throw error(
                request,
                "shape \(input.shape) of input '\(nameInErrors(request, index))' for model '\(modelName)' needs more bytes than "
                    + "can be addressed")
        }
        guard input.bytes.count == size else {
            throw error(
                request,
                "input byte size mismatch for input '\(nameInErrors(request, index))' for model '\(modelName)'. Expected "
                    + "\(size), got \(input.bytes.count)")
        }
    }

    private func checkBytesElements(_ request: InferenceRequest, _ index: Int) throws(ServingError) {
        let input = request.inputs[index]
        var place: String { "inference input '\(nameInErrors(request, index))' for model '\(modelName)'" }
        guard let expected = elementCount(of: input.shape) else {
            throw error(request, "shape \(input.shape) of \(place) has more elements than can be addressed")
        }
        let (found, damage) = input.bytes.withUnsafeBytes { memory in
            var elements = BytesElements(memory)
            var count = 0
            while count <= expected, elements.next() != nil { count += 1 }
            // An element that is cut off counts from its length on.
            if case .incompleteElement? = elements.damage { count += 1 }
            return (count, elements.damage)
        }
        if found > expected {
            throw error(request, "unexpected number of string elements \(found) for \(place), expecting \(expected)")
        }
        switch damage {
        case .incompleteLength(let available):
            throw error(
                request,
                "incomplete string length indicator for \(place), expecting 4 bytes but only \(available) bytes available. "
                    + "Please make sure the string length indicator is in one buffer.")
        case .incompleteElement(let length, let available):
            throw error(
                request,
                "incomplete string element \(found - 1) for \(place), expecting \(length) bytes but only \(available) bytes "
                    + "available")
        case nil:
            guard found == expected else {
                throw error(request, "expected \(expected) string elements for \(place), got \(found)")
            }
        }
    }

    private func sortInputs(_ request: inout InferenceRequest, _ order: InputOrder) {
        guard order.ruleIndices != nil else { return }
        let given = request.inputs
        request.inputs = given.indices.sorted { order[$0] < order[$1] }.map { given[$0] }
    }

    private func checkCorrelationID(_ request: InferenceRequest) throws(ServingError) {
        guard let control = correlationControl, !control.accepts(request.correlationID) else { return }
        let given: DataType =
            switch request.correlationID {
            case .unsigned: .uint64
            case .string: .bytes
            }
        throw error(
            request,
            "sequence batching control '\(control.tensorName)' data-type is '\(given.protocolName)', but model "
                + "'\(modelName)' expects '\(control.dataType.protocolName)'")
    }

    private static let batchDimensionNote =
        "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each "
        + "input shape. If you want to specify the full shape including the batch dim in your input dims config, try "
        + "setting max_batch_size to zero. See the model configuration docs for more info on max_batch_size."
}

extension RequestValidator {
    /// An error about this request: Triton puts the request's id in front.
    func error(_ request: InferenceRequest, _ text: String) -> ServingError {
        ServingError(.invalidArgument, request.logPrefix + text)
    }

    func nameInErrors(_ request: InferenceRequest, _ index: Int) -> String {
        request.isRawInput ? Self.rawInputName : request.inputs[index].name
    }

    /// As Triton counts: a shape without dimensions has no elements.
    func elementCount(of shape: Shape) -> Int? { shape.rank == 0 ? 0 : shape.elementCount }

    func multiply(_ left: Int, _ right: Int) -> Int? {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? nil : product
    }
}
