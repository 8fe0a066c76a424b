/// How names in a configuration say which argument or which returned value they stand for.
enum NamingConvention {
    /// The number in `NAME__INDEX`: what follows the first `__`, if that is all digits; nothing at all counts as 0.
    static func index(in name: String) -> Int? {
        let characters = Array(name.utf8)
        let underscore = UInt8(ascii: "_")
        guard
            let first = characters.indices.dropLast().first(where: {
                characters[$0] == underscore && characters[$0 + 1] == underscore
            })
        else { return nil }
        var index = 0
        for character in characters[(first + 2)...] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
            // Far beyond any real index it stays where it is.
            if index < 1_000_000 { index = index * 10 + Int(character - UInt8(ascii: "0")) }
        }
        return index
    }

    /// The indices of all names, if every one of them has one.
    static func indices(in names: [String]) -> [Int]? {
        let indices = names.compactMap(index(in:))
        return indices.count == names.count ? indices : nil
    }
}
