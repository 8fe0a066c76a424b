public import InferenceTypes

/// The endpoints that are open only to clients that send a key with the right value.
public struct RestrictedAPIs: Sendable, Hashable {
    private struct Restriction: Sendable, Hashable {
        var key: String
        var value: [UInt8]
    }

    /// What gRPC clients put before a key.
    public static let metadataPrefix = "triton-grpc-protocol-"

    private var restrictions: [APICategory: Restriction] = [:]

    public init() {}

    public var isEmpty: Bool { restrictions.isEmpty }

    public func isRestricted(_ category: APICategory) -> Bool { restrictions[category] != nil }

    /// A category has one key; a second one takes its place.
    public mutating func restrict(_ category: APICategory, key: String, value: String) {
        restrictions[category] = Restriction(key: key, value: Array(value.utf8))
    }

    /// Checks a call in constant time, whatever part of the value is right.
    ///
    /// - Parameter value: What the client sent under a key, if it did.
    /// - Returns: the key that the client should have sent with the right value; `nil` when it may go on.
    public func refusedKey(
        _ category: APICategory, value: (_ key: String) -> (some Collection<UInt8>)?
    ) -> String? {
        guard let restriction = restrictions[category] else { return nil }
        guard let given = value(restriction.key), Self.equal(given, restriction.value) else { return restriction.key }
        return nil
    }

    /// What an HTTP client is told, with status 403.
    public static func httpMessage(key: String) -> String {
        "This API is restricted, expecting header '\(key)'"
    }

    /// What a gRPC client is told.
    ///
    /// - Parameter key: with the prefix that it has in metadata.
    public static func grpcError(key: String) -> ServingError {
        ServingError(.unavailable, "This protocol is restricted, expecting header '\(key)'")
    }

    private static func equal(_ given: some Collection<UInt8>, _ expected: [UInt8]) -> Bool {
        var difference: UInt8 = given.count == expected.count ? 0 : 1
        for (byte, wanted) in zip(given, expected) { difference |= byte ^ wanted }
        return difference == 0
    }
}
