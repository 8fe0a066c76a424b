/// Reads a regular expression: RE2's syntax without Unicode classes and `\Q...\E`.
struct PatternParser {
    /// Groups inside groups.
    private static let maximumDepth = 100
    private static let maximumRepetitions = 1000

    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0
    private var ignoresCase = true

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func parse() throws(PatternError) -> PatternNode {
        let node = try parseChoice()
        guard offset == bytes.count else { throw error("unexpected )") }
        return node
    }

    private func error(_ reason: String) -> PatternError { PatternError(reason: reason, offset: offset) }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ text: StaticString) -> Bool {
        let isNext = text.withUTF8Buffer { bytes[offset...].starts(with: $0) }
        if isNext { offset += text.utf8CodeUnitCount }
        return isNext
    }

    /// Up to a closing parenthesis or the end. What flags change in it ends with it.
    private mutating func parseChoice() throws(PatternError) -> PatternNode {
        depth += 1
        guard depth <= Self.maximumDepth else { throw error("more than \(Self.maximumDepth) nested groups") }
        let outerCase = ignoresCase
        var choices = [try parseSequence()]
        while take("|") { choices.append(try parseSequence()) }
        ignoresCase = outerCase
        depth -= 1
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func parseSequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            guard let atom = try parseAtom() else { continue }
            nodes.append(try parseRepetitions(of: atom))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    /// `nil` for what only changes flags.
    private mutating func parseAtom() throws(PatternError) -> PatternNode? {
        guard let byte = next else { return nil }
        switch byte {
        case UInt8(ascii: "("): return try parseGroup()
        case UInt8(ascii: "["):
            offset += 1
            return .byte(try parseClass())
        case UInt8(ascii: "\\"):
            offset += 1
            return try parseEscape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            throw error("nothing to repeat before \(Character(UnicodeScalar(byte)))")
        case UInt8(ascii: "."):
            offset += 1
            return .byte(ByteSet("\n").inverted)
        case UInt8(ascii: "^"):
            offset += 1
            return .assertion(.start)
        case UInt8(ascii: "$"):
            offset += 1
            return .assertion(.end)
        default:
            offset += 1
            return literal(byte)
        }
    }

    private func literal(_ byte: UInt8) -> PatternNode { .byte(adapted(ByteSet(byte...byte))) }

    private func adapted(_ set: ByteSet) -> ByteSet { ignoresCase ? set.ignoringCase : set }

    private mutating func parseGroup() throws(PatternError) -> PatternNode? {
        offset += 1
        let outerCase = ignoresCase
        if take("?") {
            if take("P<") || take("<") {
                while let byte = next, ByteSet.word.contains(byte) { offset += 1 }
                guard take(">") else { throw error("a group's name must end with >") }
            } else {
                try parseFlags()
                // The flags hold for the rest of the enclosing group.
                if take(")") { return nil }
                guard take(":") else { throw error("expected i, -, : or ) after (?") }
            }
        }
        let node = try parseChoice()
        ignoresCase = outerCase
        guard take(")") else { throw error("missing )") }
        return node
    }

    private mutating func parseFlags() throws(PatternError) {
        var value = true
        while let byte = next, byte != UInt8(ascii: ":"), byte != UInt8(ascii: ")") {
            switch byte {
            case UInt8(ascii: "-"): value = false
            case UInt8(ascii: "i"): ignoresCase = value
            // Names have one line, and greed makes no difference to whether something matches.
            case UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "U"): break
            default: throw error("unknown flag \(Character(UnicodeScalar(byte)))")
            }
            offset += 1
        }
    }

    private mutating func parseRepetitions(of atom: PatternNode) throws(PatternError) -> PatternNode {
        guard let (minimum, maximum) = try parseCount() else { return atom }
        _ = take("?")
        if let byte = next, ByteSet("*+?").contains(byte) { throw error("a repetition cannot be repeated") }
        return .repetition(atom, minimum: minimum, maximum: maximum)
    }

    private mutating func parseCount() throws(PatternError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = offset
        guard take("{"), let minimum = parseNumber() else {
            // A brace that counts nothing stands for itself.
            offset = start
            return nil
        }
        var maximum: Int? = minimum
        if take(",") { maximum = parseNumber() }
        guard take("}") else {
            offset = start
            return nil
        }
        guard minimum <= Self.maximumRepetitions, (maximum ?? minimum) <= Self.maximumRepetitions,
            minimum <= (maximum ?? minimum)
        else {
            throw error("a repetition must be in order and at most \(Self.maximumRepetitions)")
        }
        return (minimum, maximum)
    }

    private mutating func parseNumber() -> Int? {
        let digits = bytes[offset...].prefix { ByteSet.digits.contains($0) }.prefix(6)
        offset += digits.count
        return Int(String(decoding: digits, as: UTF8.self))
    }
}

extension PatternParser {
    private mutating func parseEscape() throws(PatternError) -> PatternNode {
        guard let byte = next else { throw error("a \\ at the end") }
        switch byte {
        case UInt8(ascii: "A"):
            offset += 1
            return .assertion(.start)
        case UInt8(ascii: "z"):
            offset += 1
            return .assertion(.end)
        case UInt8(ascii: "b"):
            offset += 1
            return .assertion(.wordBoundary)
        case UInt8(ascii: "B"):
            offset += 1
            return .assertion(.noWordBoundary)
        default: return .byte(adapted(try parseEscapedSet()))
        }
    }

    /// What an escape stands for, in a class or alone; the backslash has been read.
    private mutating func parseEscapedSet() throws(PatternError) -> ByteSet {
        guard let byte = next else { throw error("a \\ at the end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return ByteSet.digits.inverted
        case UInt8(ascii: "w"): return .word
        case UInt8(ascii: "W"): return ByteSet.word.inverted
        case UInt8(ascii: "s"): return .space
        case UInt8(ascii: "S"): return ByteSet.space.inverted
        case UInt8(ascii: "t"): return ByteSet("\t")
        case UInt8(ascii: "n"): return ByteSet("\n")
        case UInt8(ascii: "r"): return ByteSet("\r")
        case UInt8(ascii: "f"): return ByteSet("\u{0C}")
        case UInt8(ascii: "v"): return ByteSet("\u{0B}")
        case UInt8(ascii: "x"):
            let digits = String(decoding: bytes[offset...].prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                throw error("expected two hexadecimal digits after \\x")
            }
            offset += 2
            return ByteSet(value...value)
        default:
            guard !ByteSet.word.contains(byte) else {
                offset -= 1
                throw error("unknown escape \\\(Character(UnicodeScalar(byte)))")
            }
            return ByteSet(byte...byte)
        }
    }

    /// What follows an opening bracket.
    private mutating func parseClass() throws(PatternError) -> ByteSet {
        let isInverted = take("^")
        var set = ByteSet()
        var isFirst = true
        while isFirst || next != UInt8(ascii: "]") {
            guard let byte = next else { throw error("missing ]") }
            isFirst = false
            if take("[:") {
                set = set.union(try parseNamedClass())
                continue
            }
            offset += 1
            if byte == UInt8(ascii: "\\") {
                set = set.union(try parseEscapedSet())
            } else if next == UInt8(ascii: "-"), offset + 1 < bytes.count, bytes[offset + 1] != UInt8(ascii: "]") {
                let last = bytes[offset + 1]
                guard byte <= last, last != UInt8(ascii: "\\") else { throw error("invalid range") }
                offset += 2
                set.insert(byte...last)
            } else {
                guard byte < 0x80 else { throw error("only ASCII characters may stand in []") }
                set.insert(byte)
            }
        }
        offset += 1
        set = adapted(set)
        return isInverted ? set.inverted : set
    }

    private mutating func parseNamedClass() throws(PatternError) -> ByteSet {
        let letters = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
        let classes: [(StaticString, ByteSet)] = [
            ("alpha:]", letters.ignoringCase), ("alnum:]", letters.ignoringCase.union(.digits)), ("digit:]", .digits),
            ("lower:]", letters), ("upper:]", ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))), ("word:]", .word),
            ("space:]", ByteSet.space.union(ByteSet("\u{0B}"))), ("punct:]", ByteSet(0x21...0x7E).subtracting(.word)),
        ]
        for (name, set) in classes where take(name) { return set }
        throw error("unknown class [:")
    }
}
