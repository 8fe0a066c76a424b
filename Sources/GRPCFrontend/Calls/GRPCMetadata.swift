/// What a client sends beside its messages: header fields in the order received, names in lower case, without those of
/// the protocol itself (`:path`, `te`, `content-type`, `grpc-timeout` and the like).
package struct GRPCMetadata: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var fields: [Field]

    package init(_ fields: [Field] = []) { self.fields = fields }

    /// The first field of that name.
    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}
