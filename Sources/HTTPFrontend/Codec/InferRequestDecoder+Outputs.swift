import InferenceTypes
import JSONText
import ServingProtocol

extension InferRequestDecoder {
    mutating func decodeOutputs(at offset: Int) throws(ServingError) {
        var reader = text.reader(at: offset)
        guard case .beginArray? = try? reader.next() else {
            throw RequestJSONText.Mismatch.array.error("Unable to parse 'outputs'")
        }
        while reader.depth > 0, let element = nextElement(&reader) {
            try limits.request.checkOutputs(request.requestedOutputs.count + 1)
            let (output, encoding) = try decodeOutput(at: element)
            request.requestedOutputs.append(output.name)
            plan.append(output, encoding)
        }
    }

    /// The offset of the next element; `nil` at the end of the array.
    private func nextElement(_ reader: inout JSONReader) -> Int? {
        guard let start = try? reader.skipValue(), reader.depth > 0 else { return nil }
        return start
    }

    private func decodeOutput(
        at offset: Int
    ) throws(ServingError) -> (RequestedOutput, InferResponsePlan.Encoding) {
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
        if let region {
            let place = try sharedMemoryPlace(region: region, parameters: parameters)
            let range = try sharedMemory.range(
                ofRegion: place.region, offset: place.offset, byteCount: place.byteCount)
            return (RequestedOutput(name: name, sharedMemory: range), .json)
        }
        let isBinary = try binary.map { offset throws(ServingError) in
            try text.bool(at: offset, "Unable to parse 'binary_data'")
        }
        return (RequestedOutput(name: name, classCount: classCount ?? 0), isBinary == true ? .binary : .json)
    }
}
