extension JSONReader {
    /// Reads a string whose opening quotation mark is the next byte.
    mutating func scanString() throws(JSONError) -> JSONStringRange {
        offset += 1
        let start = offset
        var removed = 0
        while true {
            skipPlainCharacters()
            let byte = nextByte
            if byte == UInt8(ascii: "\"") {
                offset += 1
                let count = offset - 1 - start
                return JSONStringRange(start: start, count: count, unescapedCount: count - removed)
            } else if byte == UInt8(ascii: "\\") {
                let escapeOffset = offset
                let scalar = try scanEscape()
                removed += offset - escapeOffset - UTF8.width(scalar)
            } else if byte < 0x20 {
                throw JSONError(byte == 0 ? .missingQuotationMark : .invalidEscape, at: offset)
            } else {
                offset += 1
            }
        }
    }

    /// Moves on by eight characters at a time, as long as they are not near the end of the text.
    @inline(__always)
    private mutating func skipPlainCharacters() {
        guard let base = bytes.baseAddress else { return }
        while bytes.count &- offset >= 8 {
            let count = EightCharacters.plainCount(EightCharacters.load(base + offset))
            offset &+= count
            if count < 8 { return }
        }
    }

    /// Reads one escape sequence, both halves of a surrogate pair included.
    private mutating func scanEscape() throws(JSONError) -> Unicode.Scalar {
        let start = offset
        offset += 1
        let byte = nextByte
        if let simple = Self.simpleEscape(byte) {
            offset += 1
            return Unicode.Scalar(simple)
        }
        guard byte == UInt8(ascii: "u") else { throw JSONError(.invalidEscape, at: start) }
        offset += 1
        let first = try scanHexDigits(escapeOffset: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first <= 0xDBFF, nextByte == UInt8(ascii: "\\"), offset + 1 < bytes.count,
            bytes[offset + 1] == UInt8(ascii: "u")
        else { throw JSONError(.invalidSurrogate, at: start) }
        offset += 2
        let second = try scanHexDigits(escapeOffset: start)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(((first - 0xD800) << 10 | (second - 0xDC00)) + 0x10000)
        else { throw JSONError(.invalidSurrogate, at: start) }
        return scalar
    }

    private mutating func scanHexDigits(escapeOffset: Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Self.hexDigit(nextByte) else { throw JSONError(.invalidHexDigit, at: escapeOffset) }
            value = value << 4 | digit
            offset += 1
        }
        return value
    }

    private static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private static func simpleEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The content of a string that this reader returned, for comparison with names; an escaped string goes through a copy.
    public func string(_ range: JSONStringRange, equals text: StaticString) -> Bool {
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        if range.hasEscapes { return string(range).utf8.elementsEqual(expected) }
        return content(range).elementsEqual(expected)
    }

    /// A string that this reader returned. Bytes that are not UTF-8 are replaced by U+FFFD.
    public func string(_ range: JSONStringRange) -> String {
        guard range.hasEscapes else { return String(decoding: content(range), as: UTF8.self) }
        return withUnsafeTemporaryAllocation(byteCount: range.unescapedCount, alignment: 1) { buffer in
            let count = copyUnescaped(range, to: buffer)
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    /// Writes the content of a string, escapes resolved, to the start of `buffer`, which must have room for
    /// `range.unescapedCount` bytes; other bytes are taken as they are.
    ///
    /// - Returns: the number of bytes written.
    @discardableResult
    public func copyUnescaped(_ range: JSONStringRange, to buffer: UnsafeMutableRawBufferPointer) -> Int {
        precondition(buffer.count >= range.unescapedCount)
        guard range.hasEscapes else {
            buffer.copyMemory(from: content(range))
            return range.count
        }
        var reader = JSONReader(
            UnsafeRawBufferPointer(rebasing: bytes[..<(range.start + range.count)]), valueAt: range.start)
        var written = 0
        while reader.offset < reader.bytes.count {
            if reader.nextByte == UInt8(ascii: "\\") {
                guard let scalar = try? reader.scanEscape() else { return written }
                for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                    buffer[written] = unit
                    written += 1
                }
            } else {
                buffer[written] = reader.nextByte
                written += 1
                reader.offset += 1
            }
        }
        return written
    }

    private func content(_ range: JSONStringRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[range.start..<(range.start + range.count)])
    }
}
