import InferenceTypes
import ServingProtocol

extension InferRequestDecoder {
    /// The parameters that are reserved for the server and that requests may have.
    private static let emptyFinalResponse = "triton_enable_empty_final_response"

    mutating func decodeParameters() throws(ServingError) {
        try limits.request.checkParameters(message.parameterCount)
        let parameters = message.parameters
        for (index, entry) in parameters.enumerated()
        where !parameters[(index + 1)...].contains(where: { $0.name == entry.name }) {
            try decodeParameter(entry.name, entry.parameter.value)
        }
    }

    private mutating func decodeParameter(_ name: String, _ value: ParameterValue?) throws(ServingError) {
        if name.hasPrefix(RequestParameterName.reservedPrefix) { return try decodeReserved(name, value) }
        switch (try RequestParameterName.recognize(name), value) {
        case (.sequenceID, .int64(let id)?): decoded.request.correlationID = .unsigned(UInt64(bitPattern: id))
        case (.sequenceID, .string(let id)?): decoded.request.correlationID = .string(id)
        case (.sequenceID, _): throw Self.wrongType(name, "int64_param or string_param")
        case (.sequenceStart, .bool(let isStart)?): decoded.request.sequenceStart = isStart
        case (.sequenceEnd, .bool(let isEnd)?): decoded.request.sequenceEnd = isEnd
        case (.sequenceStart, _), (.sequenceEnd, _): throw Self.wrongType(name, "bool_param")
        case (.priority, .int64(let priority)?):
            guard let priority = UInt64(exactly: priority) else {
                throw ServingError(.invalidArgument, "invalid value for 'priority', expected value >= 0.")
            }
            decoded.request.priority = priority
        case (.priority, .uint64(let priority)?): decoded.request.priority = priority
        case (.priority, _): throw Self.wrongType(name, "int64_param or uint64_param")
        case (.timeout, .int64(let timeout)?):
            decoded.request.timeoutMicroseconds = UInt64(bitPattern: timeout)
        case (.timeout, _): throw Self.wrongType(name, "int64_param")
        case (nil, .uint64?), (nil, nil): throw Self.wrongType(name, "int64_param, bool_param, or string_param")
        case (nil, let value?): decoded.request.parameters[name] = value
        }
    }

    private mutating func decodeReserved(_ name: String, _ value: ParameterValue?) throws(ServingError) {
        guard name == Self.emptyFinalResponse else {
            throw ServingError(
                .invalidArgument,
                "parameter keys starting with 'triton_' are reserved for Triton usage. Only the following keys starting "
                    + "with 'triton_' are allowed: \(Self.emptyFinalResponse)")
        }
        guard case .bool(let isWanted)? = value else { throw Self.wrongType(name, "bool_param") }
        decoded.wantsEmptyFinalResponse = isWanted
    }

    private static func wrongType(_ name: String, _ expected: String) -> ServingError {
        ServingError(.invalidArgument, "invalid value type for '\(name)' parameter, expected \(expected).")
    }
}
