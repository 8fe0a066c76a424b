import InferenceTypes
import JSONText
import ServingProtocol

extension RequestJSONText {
    /// `.invalid` for a name that is none; what the model expects is compared later.
    func dataType(at offset: Int) throws(ServingError) -> DataType {
        var reader = reader(at: offset)
        guard case .string(let range)? = try? reader.next() else {
            throw Mismatch.string.error("Unable to parse 'datatype'")
        }
        return DataType(protocolName: reader.string(range)) ?? .invalid
    }

    func shape(at offset: Int, inputName: String, _ limits: RequestLimits) throws(ServingError) -> Shape {
        let context = "Unable to parse 'shape'"
        var reader = reader(at: offset)
        guard case .beginArray? = try? reader.next() else { throw Mismatch.array.error(context) }
        var dimensions: [Int64] = []
        while let token = try? reader.next() {
            if case .endArray = token { break }
            guard case .number(let number) = token, let dimension = number.uint64 else {
                throw Mismatch.unsignedInteger.error(context)
            }
            guard let dimension = Int64(exactly: dimension) else {
                throw ServingError(
                    .invalidArgument,
                    "invalid shape for input '\(inputName)': dimension \(dimension) exceeds the maximum of \(Int64.max)"
                )
            }
            try limits.checkRank(dimensions.count + 1, ofInput: inputName)
            dimensions.append(dimension)
        }
        return Shape(dimensions)
    }
}
