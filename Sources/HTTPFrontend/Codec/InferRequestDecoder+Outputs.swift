import InferenceTypes
import JSONText

extension InferRequestDecoder {
    mutating func decodeOutputs(at offset: Int, maximumCount: Int) throws(ServingError) {
        var reader = text.reader(at: offset)
        guard case .beginArray? = try? reader.next() else {
            throw RequestJSONText.Mismatch.array.error("Unable to parse 'outputs'")
        }
        while reader.depth > 0, let element = nextElement(&reader) {
            guard plan.outputs.count < maximumCount else {
                throw ServingError(.invalidArgument, "request has more than \(maximumCount) outputs")
            }
            let output = try decodeOutput(at: element)
            request.requestedOutputs.append(output.name)
            plan.outputs.append(output)
        }
    }

    /// The offset of the next element; `nil` at the end of the array.
    private func nextElement(_ reader: inout JSONReader) -> Int? {
        guard let start = try? reader.skipValue(), reader.depth > 0 else { return nil }
        return start
    }

    private func decodeOutput(at offset: Int) throws(ServingError) -> InferResponsePlan.Output {
        let parameters = text.member("parameters", ofObjectAt: offset)
        let region = text.member("shared_memory_region", ofObjectAt: parameters)
        let classification = text.member("classification", ofObjectAt: parameters)
        let binary = text.member("binary_data", ofObjectAt: parameters)
        if region != nil {
            guard classification == nil else {
                throw ServingError(
                    .invalidArgument, "Output can't set both 'shared_memory_region' and 'classification'")
            }
            if let binary, try text.bool(at: binary, "Unable to set 'binary_data'") {
                throw ServingError(.invalidArgument, "Output can't set both 'shared_memory_region' and 'binary_data'")
            }
        }

        guard let nameOffset = text.member("name", ofObjectAt: offset) else {
            throw RequestJSONText.missing("name", "Unable to parse 'name'")
        }
        let name = try text.string(at: nameOffset, "Unable to parse 'name'")
        let classCount = try classification.map { offset throws(ServingError) in
            try text.unsigned(at: offset, "Unable to set 'classification'")
        }
        if region != nil { throw try sharedMemoryError(parameters: parameters) }
        let isBinary = try binary.map { offset throws(ServingError) in
            try text.bool(at: offset, "Unable to parse 'binary_data'")
        }
        return InferResponsePlan.Output(
            name: name, encoding: isBinary == true ? .binary : .json, classCount: classCount ?? 0)
    }
}
