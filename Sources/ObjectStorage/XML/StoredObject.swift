/// An object as a listing names it.
struct StoredObject: Sendable, Hashable {
    var key: String
    /// In bytes.
    var size: Int64
    /// As the store writes it, with its quotes; another content has another one.
    var entityTag: String

    /// The MD5 of the content, in lower-case hexadecimal, where the entity tag has the form of one: objects that were
    /// uploaded in parts have a tag with a dash.
    var contentMD5: String? {
        let tag = entityTag.filter { $0 != "\"" }.lowercased()
        let isHexadecimal = tag.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        return tag.utf8.count == 32 && isHexadecimal ? tag : nil
    }
}
