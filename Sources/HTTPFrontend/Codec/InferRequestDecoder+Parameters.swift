import InferenceTypes
import JSONText
import ServingProtocol

extension InferRequestDecoder {
    /// Takes the request's parameters: those that the server understands into fields, all others for the model.
    mutating func decodeParameters(at offset: Int) throws(ServingError) {
        var reader = text.reader(at: offset)
        guard case .beginObject? = try? reader.next() else {
            throw ServingError(.internal, "failed to get request params.: \(RequestJSON.noObject.message)")
        }
        var seen: Set<String> = []
        while case .name(let range)? = try? reader.next() {
            let name = reader.string(range)
            guard let valueOffset = try? reader.skipValue() else { break }
            guard seen.insert(name).inserted else { continue }
            try limits.request.checkParameters(seen.count)
            try decodeParameter(name, at: valueOffset)
        }
    }

    private mutating func decodeParameter(_ name: String, at offset: Int) throws(ServingError) {
        var context: String { "Unable to parse '\(name)'" }
        if name == "binary_data_output" {
            plan.defaultEncoding = try text.bool(at: offset, context) ? .binary : .json
            return
        }
        switch try RequestParameterName.recognize(name) {
        case .sequenceID:
            if case .number(let number) = text.token(at: offset), let id = number.uint64 {
                request.correlationID = .unsigned(id)
            } else {
                request.correlationID = .string(try text.string(at: offset, context))
            }
        case .sequenceStart: request.sequenceStart = try text.bool(at: offset, context)
        case .sequenceEnd: request.sequenceEnd = try text.bool(at: offset, context)
        case .priority: request.priority = try text.unsigned(at: offset, context)
        case .timeout: request.timeoutMicroseconds = try text.unsigned(at: offset, context)
        case nil: request.parameters[name] = try text.parameterValue(name, at: offset)
        }
    }
}
