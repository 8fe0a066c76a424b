/// A type that keys of a map field can have.
protocol ConfigurationMapKey: ConfigurationValueType, Hashable, Comparable {
    /// What an entry without key has.
    static var missing: Self { get }
    /// Keys of a JSON object are always strings. `nil` after reporting why it does not fit.
    init?(jsonKey: ValueNode, _ context: inout DecodingContext)
}

extension String: ConfigurationMapKey {
    static var missing: String { "" }

    init?(jsonKey: ValueNode, _ context: inout DecodingContext) {
        guard let key = String.decode(jsonKey, &context) else { return nil }
        self = key
    }
}

extension UInt64: ConfigurationMapKey {
    static var missing: UInt64 { 0 }

    init?(jsonKey: ValueNode, _ context: inout DecodingContext) {
        guard let key = UInt64.decode(jsonKey, &context) else { return nil }
        self = key
    }
}
