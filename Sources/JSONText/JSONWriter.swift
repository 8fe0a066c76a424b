/// Appends JSON to a byte array without intermediate strings. Commas are put in where they belong.
///
/// The text looks as RapidJSON's writer prints it: no spaces, non-ASCII bytes as they are, control characters as `\u001F`,
/// doubles always with a fraction or an exponent, `NaN` and `Infinity` as they are. The caller keeps begin and end in pairs.
public struct JSONWriter {
    public var bytes: [UInt8] = []
    private var needsComma = false

    public init(reserving capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The name of the object member whose value follows.
    public mutating func key(_ name: String) {
        string(name)
        endKey()
    }

    /// The name of the object member whose value follows. The name must need no escapes.
    public mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        endKey()
    }

    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// Bytes that are not UTF-8 are written as they are.
    public mutating func string(utf8 text: UnsafeRawBufferPointer) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        var index = 0
        while index < text.count {
            if text.count - index >= 8, let base = text.baseAddress {
                let plain = EightCharacters.plainCount(EightCharacters.load(base + index))
                index += plain
                if plain == 8 { continue }
            }
            let byte = text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes.append(contentsOf: text[start..<index])
                appendEscape(byte)
                start = index + 1
            }
            index += 1
        }
        bytes.append(contentsOf: text[start...])
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func int(_ value: some FixedWidthInteger) {
        appendNumber { NumberText.write(value, to: $0) }
    }

    public mutating func bool(_ value: Bool) {
        append(value ? "true" : "false")
    }

    public mutating func null() {
        append("null")
    }

    public mutating func number(_ value: Double) {
        appendNumber { NumberText.write(value, to: $0) }
    }

    /// Prints the double that equals `value`, as Triton does: 0.1 becomes 0.10000000149011612.
    public mutating func number(_ value: Float) { number(Double(value)) }

    /// A document made elsewhere, as one value.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .int64(let value): int(value)
        case .uint64(let value): int(value)
        case .double(let value): number(value)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(member.name)
                self.value(member.value)
            }
            endObject()
        }
    }

    /// Before each value, or before several that have commas between them.
    mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func endKey() {
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func append(_ literal: StaticString) {
        separate()
        appendText(literal)
    }

    private mutating func appendText(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    private mutating func appendNumber(_ write: (UnsafeMutableRawPointer) -> Int) {
        separate()
        withUnsafeTemporaryAllocation(byteCount: NumberText.capacity, alignment: 8) { buffer in
            guard let start = buffer.baseAddress else { return }
            bytes.append(contentsOf: buffer[..<write(start)])
        }
    }

    private mutating func appendEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            appendText("u00")
            bytes.append(Self.hexDigit(byte >> 4))
            bytes.append(Self.hexDigit(byte & 15))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
