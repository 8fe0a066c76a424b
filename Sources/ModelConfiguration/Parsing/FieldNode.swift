/// A field as it stands in a text: a name and a value not yet checked against the schema.
struct FieldNode {
    var name: String
    /// Byte offset of the name; `nil` in JSON.
    var offset: Int?
    /// Whether `:` stood between name and value (always in JSON).
    var hasColon: Bool
    var value: ValueNode
}
