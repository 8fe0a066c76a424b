import InferenceTypes
import JSONText

/// Typed access to values of a JSON text by their offsets, failing in Triton's words. The text is known to be valid.
struct RequestJSONText {
    let bytes: UnsafeRawBufferPointer

    /// What a value turned out not to be.
    enum Mismatch: String, Error {
        case string = "attempt to access JSON non-string as string"
        case boolean = "attempt to access JSON non-boolean as boolean"
        case signedInteger = "attempt to access JSON non-signed-integer as signed-integer"
        case unsignedInteger = "attempt to access JSON non-unsigned-integer as unsigned-integer"
        case number = "attempt to access JSON non-number as double"
        case array = "attempt to access JSON non-array as array"

        var error: ServingError { ServingError(.internal, rawValue) }

        func error(_ context: String) -> ServingError { ServingError(.internal, "\(context): \(rawValue)") }
    }

    static func missing(_ name: String) -> String { "attempt to access non-existing object member '\(name)'" }

    static func missing(_ name: String, _ context: String) -> ServingError {
        ServingError(.internal, "\(context): \(missing(name))")
    }

    func reader(at offset: Int) -> JSONReader { JSONReader(bytes, valueAt: offset) }

    func token(at offset: Int) -> JSONReader.Token {
        var reader = reader(at: offset)
        return (try? reader.next()) ?? .null
    }

    func string(at offset: Int, _ context: String) throws(ServingError) -> String {
        var reader = reader(at: offset)
        guard case .string(let range)? = try? reader.next() else { throw Mismatch.string.error(context) }
        return reader.string(range)
    }

    func bool(at offset: Int, _ context: String) throws(ServingError) -> Bool {
        guard case .bool(let value) = token(at: offset) else { throw Mismatch.boolean.error(context) }
        return value
    }

    func unsigned(at offset: Int, _ context: String) throws(ServingError) -> UInt64 {
        guard case .number(let number) = token(at: offset), let value = number.uint64 else {
            throw Mismatch.unsignedInteger.error(context)
        }
        return value
    }

    /// The value of a parameter for the model.
    func parameterValue(_ name: String, at offset: Int) throws(ServingError) -> ParameterValue {
        switch token(at: offset) {
        case .string: return .string(try string(at: offset, "Unable to parse '\(name)'"))
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

    /// The offset of the value of the first member of that name, if there is an object at `offset` that has one.
    func member(_ name: StaticString, ofObjectAt offset: Int?) -> Int? {
        guard let offset else { return nil }
        var reader = reader(at: offset)
        guard case .beginObject? = try? reader.next() else { return nil }
        while case .name(let range)? = try? reader.next() {
            guard let start = try? reader.skipValue() else { return nil }
            if reader.string(range, equals: name) { return start }
        }
        return nil
    }
}
