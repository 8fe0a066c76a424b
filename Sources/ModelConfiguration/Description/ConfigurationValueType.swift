/// A type that a field of the configuration can have: decoded from a tree of either syntax, encoded for printing.
protocol ConfigurationValueType: Sendable {
    static var isMessage: Bool { get }
    /// The names of its fields, if it is a message.
    static var fieldNames: [String] { get }
    /// `nil` after reporting why the value does not fit.
    static func decode(_ node: ValueNode, _ context: inout DecodingContext) -> Self?
    var encoded: EncodedValue { get }
}

extension ConfigurationValueType {
    static var fieldNames: [String] { [] }
}
