/// A field of a message on its way to JSON or text format, in the order in which the schema declares it.
struct EncodedField {
    enum Content {
        /// A field that always has a value; `isDefault` when it equals what leaving it out means.
        case implicit(EncodedValue, isDefault: Bool)
        /// A field that knows whether it was set.
        case explicit(EncodedValue?)
        case repeated([EncodedValue])
        case map([(key: EncodedValue, value: EncodedValue)])
    }

    var name: String
    var content: Content
    /// Left out of JSON when it has its default, as the field is younger than the servers that clients know.
    var isOmittedByDefault = false
}
