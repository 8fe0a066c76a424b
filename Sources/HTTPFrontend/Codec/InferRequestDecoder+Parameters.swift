import InferenceTypes
import JSONText

extension InferRequestDecoder {
    /// Takes the request's parameters: those that the server understands into fields, all others for the model.
    mutating func decodeParameters(at offset: Int, maximumCount: Int) throws(ServingError) {
        var reader = text.reader(at: offset)
        guard case .beginObject? = try? reader.next() else {
            throw ServingError(.internal, "failed to get request params.: attempt to get members for non-object")
        }
        var seen: Set<String> = []
        while case .name(let range)? = try? reader.next() {
            let name = reader.string(range)
            guard let valueOffset = try? reader.skipValue() else { break }
            guard seen.insert(name).inserted else { continue }
            guard seen.count <= maximumCount else {
                throw ServingError(.invalidArgument, "request has more than \(maximumCount) parameters")
            }
            try decodeParameter(name, at: valueOffset)
        }
    }

    private mutating func decodeParameter(_ name: String, at offset: Int) throws(ServingError) {
        var context: String { "Unable to parse '\(name)'" }
        switch name {
        case "sequence_id":
            if case .number(let number) = text.token(at: offset), let id = number.uint64 {
                request.correlationID = .unsigned(id)
            } else {
                request.correlationID = .string(try text.string(at: offset, context))
            }
        case "sequence_start": request.sequenceStart = try text.bool(at: offset, context)
        case "sequence_end": request.sequenceEnd = try text.bool(at: offset, context)
        case "priority": request.priority = try text.unsigned(at: offset, context)
        case "timeout": request.timeoutMicroseconds = try text.unsigned(at: offset, context)
        case "binary_data_output":
            plan.defaultEncoding = try text.bool(at: offset, context) ? .binary : .json
        default:
            guard !name.hasPrefix("triton_") else {
                throw ServingError(
                    .invalidArgument,
                    "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.")
            }
            request.parameters[name] = try parameterValue(name, at: offset)
        }
    }

    private func parameterValue(_ name: String, at offset: Int) throws(ServingError) -> ParameterValue {
        switch text.token(at: offset) {
        case .string: return .string(try text.string(at: offset, "Unable to parse '\(name)'"))
        case .bool(let value): return .bool(value)
        case .number(let number):
            if let value = number.int64 { return .int64(value) }
            return .double(number.double)
        default:
            throw ServingError(
                .invalidArgument,
                "parameter '\(name)' has invalid type. It should be either 'int', 'bool', or 'string'.")
        }
    }
}
