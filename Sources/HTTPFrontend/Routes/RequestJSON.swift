import InferenceTypes
import JSONText

/// The JSON body of a control request, read with the reference server's words for what is wrong.
struct RequestJSON: Sendable {
    let value: JSONValue

    /// `nil` for an empty body.
    init?(_ body: TensorBytes, maximumBytes: Int) throws(ServingError) {
        guard body.count > 0 else { return nil }
        guard body.count <= maximumBytes else { throw Self.tooLarge(body.count, maximumBytes: maximumBytes) }
        value = try body.withUnsafeBytes { bytes throws(ServingError) in
            do {
                return try JSONValue(parsing: bytes)
            } catch {
                throw ServingError(.internal, "failed to parse the request JSON buffer: \(error)")
            }
        }
    }

    static func tooLarge(_ count: Int, maximumBytes: Int) -> ServingError {
        ServingError(
            .invalidArgument,
            "request JSON size of \(count) bytes exceeds the maximum allowed input size of \(maximumBytes) bytes. "
                + "Use --http-max-input-size to increase the limit.")
    }

    /// The member as a boolean; `nil` when it is absent.
    static func bool(_ value: JSONValue?) throws(ServingError) -> Bool? {
        switch value {
        case nil: nil
        case .bool(let value)?: value
        default: throw ServingError(.internal, "attempt to access JSON non-boolean as boolean")
        }
    }

    static func string(_ value: JSONValue) throws(ServingError) -> String {
        guard case .string(let text) = value else {
            throw ServingError(.internal, "attempt to access JSON non-string as string")
        }
        return text
    }

    static func members(_ value: JSONValue) throws(ServingError) -> [JSONValue.Member] {
        guard case .object(let members) = value else {
            throw ServingError(.internal, "attempt to get members for non-object")
        }
        return members
    }
}
