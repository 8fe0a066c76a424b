import InferenceTypes
import JSONText
import ModelConfiguration
import ServingProtocol

/// Decodes the body of a generate request: a flat JSON object whose members are inputs of the model, where it has one of
/// that name, and parameters otherwise. Members of `parameters` are taken as if they stood beside it.
///
/// Checks, their order and their words are those of Triton.
struct GenerateRequestDecoder {
    private let text: RequestJSONText
    private let configuration: ModelConfig
    private let limits: InferRequestLimits
    private var request: InferenceRequest
    private var inputNames = InputNames()

    static func decode(
        _ body: TensorBytes, configuration: ModelConfig, version: Int64?, limits: InferRequestLimits
    ) throws(ServingError) -> InferenceRequest {
        guard body.count <= limits.maximumInputBytes else {
            throw RequestJSON.tooLarge(body.count, maximumBytes: limits.maximumInputBytes)
        }
        return try body.withUnsafeBytes { memory throws(ServingError) in
            var decoder = GenerateRequestDecoder(
                text: RequestJSONText(bytes: memory), configuration: configuration, limits: limits,
                request: InferenceRequest(modelName: configuration.name, modelVersion: version))
            try decoder.decode()
            return decoder.request
        }
    }

    private mutating func decode() throws(ServingError) {
        do throws(JSONError) {
            var reader = JSONReader(text.bytes)
            _ = try reader.skipValue()
            _ = try reader.next()
        } catch {
            throw RequestJSON.unreadable(error)
        }
        if let id = text.member("id", ofObjectAt: 0) { request.id = try text.string(at: id, "Unable to parse 'id'") }
        guard let members = members(ofObjectAt: 0) else {
            throw RequestJSON.noObject
        }
        for (name, range) in members {
            if name == "parameters" {
                try decodeNested(name, range)
            } else {
                try decodeMember(name, range)
            }
        }
    }

    private mutating func decodeNested(_ name: String, _ range: Range<Int>) throws(ServingError) {
        guard !configuration.inputs.contains(where: { $0.name == name }) else {
            throw ServingError(
                .invalidArgument, "Keyword '\(name)' for nested schema also given as input tensor name")
        }
        guard let members = members(ofObjectAt: range.lowerBound) else {
            throw ServingError(
                .internal,
                "Expected JSON object for keyword: '\(name)': attempt to access JSON non-object as object")
        }
        do throws(ServingError) {
            for (name, range) in members { try decodeMember(name, range) }
        } catch {
            throw ServingError(error.code, "Converting keyword: '\(name)': \(error.message)")
        }
    }

    private mutating func decodeMember(_ name: String, _ range: Range<Int>) throws(ServingError) {
        guard let input = configuration.inputs.first(where: { $0.name == name }) else {
            request.parameters[name] = try text.parameterValue(name, at: range.lowerBound)
            return try limits.request.checkParameters(request.parameters.entries.count)
        }
        try inputNames.add(name, to: request)
        let shape = try Self.shape(
            configuration.fullShape(input.dims), elementCount: elementCount(range.lowerBound), inputName: name)
        let bytes = try JSONTensorDecoder(
            text: text, inputName: name, dataType: input.dataType, shape: shape,
            maximumByteCount: limits.maximumInputBytes, allowsScalar: true
        ).decode(range)
        request.inputs.append(Tensor(name: name, dataType: input.dataType, shape: shape, bytes: bytes))
    }

    /// The elements go to the fixed dimensions first, what is left to the innermost variable one; other variable ones
    /// become 1.
    private static func shape(
        _ expected: Shape, elementCount: Int, inputName: String
    ) throws(ServingError) -> Shape {
        let mismatch = ServingError(
            .invalidArgument, "The schema can not convert input '\(inputName)' to tensor with proper shape")
        var rest = Int64(elementCount)
        for dimension in expected.dimensions where dimension != -1 {
            guard dimension > 0, rest % dimension == 0 else { throw mismatch }
            rest /= dimension
        }
        var shape = expected
        for index in shape.dimensions.indices.reversed() where shape.dimensions[index] == -1 {
            shape.dimensions[index] = rest
            rest = 1
        }
        guard rest == 1 else { throw mismatch }
        return shape
    }

    /// Of the outermost array; anything else is one element.
    private func elementCount(_ offset: Int) -> Int {
        var reader = text.reader(at: offset)
        guard case .beginArray? = try? reader.next() else { return 1 }
        var count = 0
        while reader.depth > 0, (try? reader.skipValue()) != nil, reader.depth > 0 { count += 1 }
        return count
    }

    /// The members of an object, of those with the same name the first; `nil` if it is none.
    private func members(ofObjectAt offset: Int) -> [(name: String, range: Range<Int>)]? {
        var reader = text.reader(at: offset)
        guard case .beginObject? = try? reader.next() else { return nil }
        var members: [(name: String, range: Range<Int>)] = []
        var seen: Set<String> = []
        while case .name(let range)? = try? reader.next() {
            let name = reader.string(range)
            guard let start = try? reader.skipValue() else { break }
            if seen.insert(name).inserted { members.append((name, start..<reader.offset)) }
        }
        return members
    }
}
