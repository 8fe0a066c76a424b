/// Header fields to send, stored flat: names in lower case, pseudo-fields (`:status`) first.
///
/// Build constant lists once and keep them; submitting one copies its bytes.
package struct HTTP2FieldList: Sendable, Hashable {
    private(set) var bytes: [UInt8] = []
    private(set) var fields: [Field] = []

    struct Field: Sendable, Hashable {
        let nameLength: UInt32
        let valueLength: UInt32
    }

    package init() {}

    package mutating func append(_ name: String, _ value: String) {
        fields.append(
            Field(nameLength: UInt32(clamping: name.utf8.count), valueLength: UInt32(clamping: value.utf8.count)))
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: value.utf8)
    }
}

extension HTTP2FieldList: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }
}
