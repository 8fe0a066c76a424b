import InferenceTypes
import JSONText

/// A model's answer, from a body with or without binary data.
struct InferenceAnswer: Equatable {
    struct Output: Equatable {
        var name: String
        var dataType: DataType
        var shape: Shape
        var elements: TensorElements
    }

    var modelName: String
    var modelVersion: String
    var outputs: [Output]

    /// - Parameter headerLength: the length of the JSON at the start of `body`; `nil` when all of it is JSON.
    init(body: [UInt8], headerLength: Int?) throws(ClientError) {
        let length = headerLength ?? body.count
        guard (0...body.count).contains(length) else {
            throw .malformedAnswer("its JSON part of \(length) bytes is longer than the whole")
        }
        let json: JSONValue
        do {
            json = try body[..<length].withUnsafeBytes { bytes throws(JSONError) in try JSONValue(parsing: bytes) }
        } catch {
            throw .malformedAnswer("it is no JSON: \(error)")
        }
        guard case .string(let name)? = json["model_name"], case .array(let items)? = json["outputs"] else {
            throw .malformedAnswer("model_name or outputs are missing")
        }
        modelName = name
        if case .string(let version)? = json["model_version"] { modelVersion = version } else { modelVersion = "" }
        var reader = ByteReader(body[length...])
        outputs = []
        for item in items { outputs.append(try Self.output(item, &reader)) }
        guard reader.remaining == 0 else { throw .malformedAnswer("\(reader.remaining) bytes follow the last output") }
    }

    private static func output(_ item: JSONValue, _ reader: inout ByteReader) throws(ClientError) -> Output {
        guard case .string(let name)? = item["name"], case .string(let typeName)? = item["datatype"],
            let dataType = DataType(protocolName: typeName), case .array(let items)? = item["shape"]
        else { throw .malformedAnswer("an output lacks its name, datatype or shape") }
        var shape = Shape([])
        for dimension in items {
            guard case .int64(let number) = dimension else {
                throw .malformedAnswer("the shape of '\(name)' has no numbers")
            }
            shape.dimensions.append(number)
        }
        guard let count = shape.elementCount else { throw .malformedAnswer("the shape of '\(name)' makes no sense") }
        do {
            return Output(
                name: name, dataType: dataType, shape: shape,
                elements: try elements(item, dataType, count: count, &reader))
        } catch {
            throw .malformedAnswer("output '\(name)': \(error)")
        }
    }

    private static func elements(
        _ item: JSONValue, _ dataType: DataType, count: Int, _ reader: inout ByteReader
    ) throws(InputError) -> TensorElements {
        if case .int64(let size)? = item["parameters"]?["binary_data_size"] {
            guard let size = Int(exactly: size), let bytes = reader.read(size) else {
                throw InputError("its \(size) bytes of data are not there")
            }
            return try TensorCodec.decode(bytes, as: dataType, count: count)
        }
        guard let data = item["data"] else { throw InputError("it has no data") }
        let array = try JSONArrayReader.array(data)
        // Through the bytes, so that elements have the kind of their datatype however they were written.
        let bytes = try TensorCodec.encode(array.elements, as: dataType)
        return try TensorCodec.decode(bytes[...], as: dataType, count: count)
    }
}
