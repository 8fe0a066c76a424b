import InferenceTypes

/// Which sequence a tensor belongs to, and whether it starts or ends it.
struct SequencePosition: Sendable, Hashable {
    var correlationID: CorrelationID
    var start: Bool
    var end: Bool

    init(correlationID: CorrelationID, start: Bool, end: Bool) {
        self.correlationID = correlationID
        self.start = start
        self.end = end
    }

    init(_ request: InferenceRequest) {
        self.init(
            correlationID: request.correlationID, start: request.sequenceStart, end: request.sequenceEnd)
    }

    /// The position that a step's answer gives to its outputs: its own, unless its response parameters say otherwise.
    func overridden(by parameters: Parameters) throws(ServingError) -> SequencePosition {
        var position = SequencePosition(correlationID: correlationID, start: false, end: false)
        var isOverridden = false
        switch parameters["sequence_id"] {
        case nil: break
        case .int64(let number)?:
            position.correlationID = .unsigned(UInt64(bitPattern: number))
            isOverridden = true
        case .uint64(let number)?:
            position.correlationID = .unsigned(number)
            isOverridden = true
        case .string(let text)?:
            position.correlationID = .string(text)
            isOverridden = true
        case .bool?, .double?:
            throw ServingError(
                .invalidArgument, "expected response parameter 'sequence_id' to be an integer or a string")
        }
        if let start = try Self.flag("sequence_start", in: parameters) {
            position.start = start
            isOverridden = true
        }
        if let end = try Self.flag("sequence_end", in: parameters) {
            position.end = end
            isOverridden = true
        }
        return isOverridden ? position : self
    }

    /// The response parameters that an ensemble's answer carries.
    func add(to parameters: inout Parameters) {
        switch correlationID {
        case .unsigned(let number): parameters["sequence_id"] = .int64(Int64(bitPattern: number))
        case .string(let text): parameters["sequence_id"] = .string(text)
        }
        parameters["sequence_start"] = .bool(start)
        parameters["sequence_end"] = .bool(end)
    }

    private static func flag(_ name: String, in parameters: Parameters) throws(ServingError) -> Bool? {
        switch parameters[name] {
        case nil: return nil
        case .bool(let value)?: return value
        default:
            throw ServingError(.invalidArgument, "expected response parameter '\(name)' to be a boolean")
        }
    }
}
