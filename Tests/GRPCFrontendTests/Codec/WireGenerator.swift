import InferenceTesting

/// Makes random bytes of a message that are well formed, in every way that the wire format allows: fields in any order
/// and any number, packed or not, numbers longer than they need to be, fields that nobody knows, and known ones with the
/// wire type of another (but not in the entries of maps, where swift-protobuf does not pass over them).
struct WireGenerator {
    var random: SeededGenerator
    /// Whether strings may be invalid UTF-8.
    var spoilsText = false

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func message(_ kind: WireMessage, depth: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<number(below: depth == 0 ? 10 : 5) {
            switch number(below: 12) {
            case 0: bytes += unknownField(depth: depth)
            case 1 where !kind.isMap:
                let (number, fieldKind) = kind.fields[number(below: kind.fields.count)]
                bytes += field(number, Self.other(than: fieldKind))
            default:
                let (number, fieldKind) = kind.fields[number(below: kind.fields.count)]
                bytes += field(number, fieldKind, depth: depth)
            }
        }
        return bytes
    }

    /// Changes a few bytes, or leaves some out.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...number(below: 3) where !bytes.isEmpty {
            let position = number(below: bytes.count)
            switch number(below: 5) {
            case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes[position] ^= 1 << UInt8(number(below: 8))
            case 2: bytes.remove(at: position)
            case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: position)
            default: bytes.removeLast(number(below: bytes.count))
            }
        }
        return bytes
    }

    mutating func number(below bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    private mutating func field(_ number: UInt32, _ kind: WireMessage.Kind, depth: Int = 0) -> [UInt8] {
        switch kind {
        case .text(let texts): return delimited(number, text(texts))
        case .data:
            return delimited(
                number, (0..<self.number(below: 9)).map { _ in UInt8(truncatingIfNeeded: random.next()) & 0x7F })
        case .varint: return varint(UInt64(number << 3)) + anyVarint()
        case .fixed64: return varint(UInt64(number << 3 | 1)) + anyBytes(8)
        case .varints:
            guard self.number(below: 2) == 0 else { return varint(UInt64(number << 3)) + anyVarint() }
            return delimited(number, (0..<self.number(below: 5)).flatMap { _ in anyVarint() })
        case .fixed32s:
            guard self.number(below: 2) == 0 else { return varint(UInt64(number << 3 | 5)) + anyBytes(4) }
            return delimited(number, anyBytes(4 * self.number(below: 4)))
        case .fixed64s:
            guard self.number(below: 2) == 0 else { return varint(UInt64(number << 3 | 1)) + anyBytes(8) }
            return delimited(number, anyBytes(8 * self.number(below: 4)))
        case .message(let message): return delimited(number, self.message(message, depth: depth + 1))
        }
    }

    /// A kind with another wire type.
    private static func other(than kind: WireMessage.Kind) -> WireMessage.Kind {
        switch kind {
        case .text, .data, .message, .fixed32s, .fixed64s: .varint
        case .varint, .varints: .fixed64
        case .fixed64: .data
        }
    }

    private mutating func text(_ texts: [String]) -> [UInt8] {
        if spoilsText, number(below: 40) == 0 {
            return [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF], [0x61, 0xE2, 0x82]][number(below: 4)]
        }
        return Array(texts[number(below: texts.count)].utf8)
    }

    private mutating func unknownField(depth: Int) -> [UInt8] {
        let field = [9, 15, 16, 1000, 0x1FFF_FFFF][number(below: 5)] as UInt64
        switch number(below: depth > 4 ? 4 : 5) {
        case 0: return varint(field << 3) + anyVarint()
        case 1: return varint(field << 3 | 1) + anyBytes(8)
        case 2: return varint(field << 3 | 2) + varint(3) + anyBytes(3)
        case 3: return varint(field << 3 | 5) + anyBytes(4)
        default:
            let content = (0..<number(below: 3)).flatMap { _ in unknownField(depth: depth + 1) }
            return varint(field << 3 | 3) + content + varint(field << 3 | 4)
        }
    }

    private mutating func delimited(_ field: UInt32, _ content: [UInt8]) -> [UInt8] {
        varint(UInt64(field << 3 | 2)) + padded(varint(UInt64(content.count))) + content
    }

    private mutating func anyVarint() -> [UInt8] {
        let extremes: [UInt64] = [0, 1, 2, 127, 128, 255, 65_535, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 63, .max]
        return padded(
            varint(
                number(below: 3) == 0
                    ? random.next() >> UInt64(number(below: 64)) : extremes[number(below: extremes.count)]))
    }

    private mutating func anyBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// The same number with more bytes than it needs.
    private mutating func padded(_ varint: [UInt8]) -> [UInt8] {
        guard number(below: 10) == 0, let last = varint.last else { return varint }
        let room = 10 - varint.count
        guard room > 0 else { return varint }
        return varint.dropLast() + [last | 0x80] + [UInt8](repeating: 0x80, count: number(below: room)) + [0]
    }

    private func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
