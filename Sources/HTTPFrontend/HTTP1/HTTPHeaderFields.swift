/// The header fields of a request, as ranges of the bytes that were received.
struct HTTPHeaderFields: Sendable {
    struct Field: Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    /// The request line and all field lines.
    private(set) var storage: [UInt8]
    private(set) var fields: [Field]

    init(storage: [UInt8], fields: [Field]) {
        self.storage = storage
        self.fields = fields
    }

    /// The value of the first field of that name. `name` is given in lower case.
    func first(_ name: StaticString) -> ArraySlice<UInt8>? {
        for field in fields where storage[field.name].equalsIgnoringCase(name) { return storage[field.value] }
        return nil
    }

    /// The value of the first field of that name, in any case.
    func first(_ name: String) -> ArraySlice<UInt8>? {
        for field in fields where storage[field.name].equalsIgnoringCase(name.utf8) { return storage[field.value] }
        return nil
    }

    /// The values of all fields of that name joined by commas, which means the same; `nil` when there is none.
    func joined(_ name: StaticString) -> String? {
        var result: String?
        for field in fields where storage[field.name].equalsIgnoringCase(name) {
            let value = String(decoding: storage[field.value], as: UTF8.self)
            result = result.map { $0 + "," + value } ?? value
        }
        return result
    }

    func contains(_ name: StaticString) -> Bool { first(name) != nil }
}

extension Collection<UInt8> {
    /// Whether the bytes are `other`, letter case of ASCII aside.
    func equalsIgnoringCase(_ other: some Collection<UInt8>) -> Bool {
        count == other.count && zip(self, other).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// Whether the bytes are `literal`, letter case aside. `literal` is ASCII in lower case.
    func equalsIgnoringCase(_ literal: StaticString) -> Bool {
        literal.withUTF8Buffer { expected in
            guard count == expected.count else { return false }
            return zip(self, expected).allSatisfy { byte, wanted in
                (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte) == wanted
            }
        }
    }
}
