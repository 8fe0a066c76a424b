/// The header of a .npy file: a Python dictionary literal with the keys `descr`, `fortran_order` and `shape`.
struct NumPyHeader: Equatable {
    /// As written: `<f4`.
    private(set) var descriptor = ""
    private(set) var isFortranOrder = false
    private(set) var shape: [Int] = []

    /// `f`, `i`, `u`, `b`, `S`, `U` and others.
    private(set) var kind: Character = "?"
    /// Bytes of one element.
    private(set) var itemSize = 0
    private(set) var isBigEndian = false

    /// - Throws: `InputError` for anything that NumPy does not write.
    init(parsing text: String) throws(InputError) {
        var scanner = Scanner(rest: text[...])
        var seen: Set<String> = []
        try scanner.expect("{")
        while !scanner.skip("}") {
            let key = try scanner.string()
            guard seen.insert(key).inserted else { throw InputError("the .npy header has '\(key)' twice") }
            try scanner.expect(":")
            switch key {
            case "descr":
                guard !scanner.isAt("[") else { throw InputError("arrays of structures cannot be sent") }
                descriptor = try scanner.string()
            case "fortran_order": isFortranOrder = try scanner.boolean()
            case "shape": shape = try scanner.tuple()
            default: throw InputError("the .npy header has the unknown key '\(key)'")
            }
            if !scanner.skip(",") {
                try scanner.expect("}")
                break
            }
        }
        guard scanner.isAtEnd, seen.count == 3 else { throw InputError("the .npy header is incomplete") }
        try readDescriptor()
    }

    private mutating func readDescriptor() throws(InputError) {
        var rest = descriptor[...]
        guard let order = rest.first, "<>|=".contains(order) else {
            throw InputError("the .npy type '\(descriptor)' is not known")
        }
        rest.removeFirst()
        guard let kind = rest.popFirst(), let size = Int(rest), size >= 0, size <= 1 << 30 else {
            throw InputError("arrays of NumPy type '\(descriptor)' cannot be sent")
        }
        self.kind = kind
        isBigEndian = order == ">"
        itemSize = kind == "U" ? 4 * size : size
    }

    /// Reads the few forms of Python literals that the header has.
    private struct Scanner {
        var rest: Substring

        var isAtEnd: Bool {
            rest.allSatisfy(\.isWhitespace)
        }

        mutating func isAt(_ character: Character) -> Bool {
            rest = rest.drop(while: \.isWhitespace)
            return rest.first == character
        }

        mutating func skip(_ character: Character) -> Bool {
            guard isAt(character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func expect(_ character: Character) throws(InputError) {
            guard skip(character) else { throw InputError("the .npy header lacks a '\(character)'") }
        }

        mutating func string() throws(InputError) -> String {
            let quote: Character = isAt("\"") ? "\"" : "'"
            try expect(quote)
            guard let end = rest.firstIndex(of: quote) else { throw InputError("a text in the .npy header has no end") }
            defer { rest = rest[rest.index(after: end)...] }
            return String(rest[..<end])
        }

        mutating func boolean() throws(InputError) -> Bool {
            _ = isAt("T")
            for (word, value) in [("True", true), ("False", false)] where rest.hasPrefix(word) {
                rest = rest.dropFirst(word.count)
                return value
            }
            throw InputError("fortran_order in the .npy header is neither True nor False")
        }

        mutating func tuple() throws(InputError) -> [Int] {
            var values: [Int] = []
            try expect("(")
            while !skip(")") {
                _ = isAt("0")
                let digits = rest.prefix { ("0"..."9").contains($0) }
                guard let value = Int(digits) else { throw InputError("the shape in the .npy header is malformed") }
                values.append(value)
                rest = rest.dropFirst(digits.count)
                if !skip(",") {
                    try expect(")")
                    break
                }
            }
            return values
        }
    }
}
