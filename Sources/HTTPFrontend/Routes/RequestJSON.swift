import InferenceTypes
import JSONText

/// The JSON body of a control request, read with the reference server's words for what is wrong.
struct RequestJSON: Sendable {
    let value: JSONValue

    /// `nil` for an empty body.
    init?(_ body: TensorBytes, maximumBytes: Int) throws(ServingError) {
        guard body.count > 0 else { return nil }
        self = try Self.required(body, maximumBytes: maximumBytes)
    }

    private init(parsing body: TensorBytes) throws(ServingError) {
        value = try body.withUnsafeBytes { bytes throws(ServingError) in
            do {
                return try JSONValue(parsing: bytes)
            } catch {
                throw Self.unreadable(error)
            }
        }
    }

    /// An empty body is not JSON.
    static func required(_ body: TensorBytes, maximumBytes: Int) throws(ServingError) -> RequestJSON {
        guard body.count <= maximumBytes else { throw tooLarge(body.count, maximumBytes: maximumBytes) }
        return try RequestJSON(parsing: body)
    }

    static func unreadable(_ cause: any Error) -> ServingError {
        ServingError(.internal, "failed to parse the request JSON buffer: \(cause)")
    }

    static let noObject = ServingError(.internal, "attempt to get members for non-object")

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
        default: throw RequestJSONText.Mismatch.boolean.error
        }
    }

    static func string(_ value: JSONValue) throws(ServingError) -> String {
        guard case .string(let text) = value else {
            throw RequestJSONText.Mismatch.string.error
        }
        return text
    }

    static func unsigned(_ value: JSONValue) throws(ServingError) -> UInt64 {
        switch value {
        case .uint64(let number): return number
        case .int64(let number) where number >= 0: return UInt64(number)
        default: throw RequestJSONText.Mismatch.unsignedInteger.error
        }
    }

    static func member(_ name: String, of value: JSONValue) throws(ServingError) -> JSONValue {
        guard let member = value[name] else {
            throw ServingError(.internal, RequestJSONText.missing(name))
        }
        return member
    }

    static func members(_ value: JSONValue) throws(ServingError) -> [JSONValue.Member] {
        guard case .object(let members) = value else {
            throw Self.noObject
        }
        return members
    }
}
