extension JSONReader {
    /// Reads the next value if it is an array, possibly of arrays, whose leaves are all elements of that type and no more
    /// than `memory` has room for, and stores them one after the other.
    ///
    /// - Parameter memory: Aligned for the element's type.
    /// - Returns: the number of elements; `nil` if the value is anything else. Then the reader has not moved, and reading
    ///   the value token by token tells why.
    public mutating func readElements(_ element: JSONElement, into memory: UnsafeMutableRawBufferPointer) -> Int? {
        skipWhitespace()
        guard state == .memberValue || state == .element || state == .start, nextByte == UInt8(ascii: "[") else {
            return nil
        }
        switch element {
        case .bool: return readBooleans(memory)
        case .uint8: return readNumbers(UInt8.self, memory)
        case .uint16: return readNumbers(UInt16.self, memory)
        case .uint32: return readNumbers(UInt32.self, memory)
        case .uint64: return readNumbers(UInt64.self, memory)
        case .int8: return readNumbers(Int8.self, memory)
        case .int16: return readNumbers(Int16.self, memory)
        case .int32: return readNumbers(Int32.self, memory)
        case .int64: return readNumbers(Int64.self, memory)
        case .float: return readNumbers(Float.self, memory)
        case .double: return readNumbers(Double.self, memory)
        }
    }

    private mutating func readNumbers<Value: JSONElementValue>(
        _: Value.Type, _ memory: UnsafeMutableRawBufferPointer
    ) -> Int? {
        PowersOfFive.significands.withUnsafeBufferPointer { powers in
            readLeaves(Value.self, memory) { reader, elements, count in
                reader.readPlainNumbers(elements, &count, powers)
            } read: { reader in
                guard let number = try? reader.scanNumber() else { return nil }
                return Value.make(number)
            }
        }
    }

    private mutating func readBooleans(_ memory: UnsafeMutableRawBufferPointer) -> Int? {
        readLeaves(UInt8.self, memory) { _, _, _ in
            true
        } read: { reader in
            switch reader.nextByte {
            case UInt8(ascii: "t"): (try? reader.scanLiteral("true")).map { 1 }
            case UInt8(ascii: "f"): (try? reader.scanLiteral("false")).map { 0 }
            default: nil
            }
        }
    }

    /// Reads numbers with commas between them, as long as they are plain ones and not near the end of the text.
    ///
    /// - Returns: whether another value is due; `false` after one that no comma follows.
    @inline(__always)
    private mutating func readPlainNumbers<Value: JSONElementValue>(
        _ elements: UnsafeMutableBufferPointer<Value>, _ count: inout Int, _ powers: UnsafeBufferPointer<UInt64>
    ) -> Bool {
        guard let base = bytes.baseAddress, bytes.count > PlainNumber.lookahead else { return true }
        let end = base + (bytes.count &- PlainNumber.lookahead)
        var position = base + offset
        var stored = count
        var isDue = true
        while position < end, stored < elements.count {
            var next = position
            // Beyond that exponent the reader checks whether a number is too large for a double.
            guard let number = PlainNumber.scan(&next), number.exponent <= Self.safeExponent,
                let value = Value.make(number, powers)
            else { break }
            elements[stored] = value
            stored &+= 1
            position = next
            isDue = position.load(as: UInt8.self) == UInt8(ascii: ",")
            guard isDue else { break }
            position += 1
            if position.load(as: UInt8.self) == UInt8(ascii: " ") { position += 1 }
        }
        offset = position - base
        count = stored
        return isDue
    }

    /// - Parameters:
    ///   - readMany: Reads and stores what it can where a value is due, and tells whether one still is.
    ///   - read: Reads one value.
    @inline(__always)
    private mutating func readLeaves<Value: BitwiseCopyable>(
        _: Value.Type, _ memory: UnsafeMutableRawBufferPointer,
        readMany: (inout JSONReader, UnsafeMutableBufferPointer<Value>, inout Int) -> Bool,
        read: (inout JSONReader) -> Value?
    ) -> Int? {
        let elements = memory.assumingMemoryBound(to: Value.self)
        let original = self
        var count = 0
        var depth = 0
        while true {
            var isDue = readMany(&self, elements, &count)
            if isDue {
                skipWhitespace()
                if nextByte == UInt8(ascii: "[") {
                    offset &+= 1
                    depth &+= 1
                    skipWhitespace()
                    isDue = nextByte != UInt8(ascii: "]")
                    if isDue { continue }
                }
            }
            if isDue {
                guard count < elements.count, let value = read(&self) else { break }
                elements[count] = value
                count &+= 1
            }
            while true {
                skipWhitespace()
                guard nextByte == UInt8(ascii: "]") else { break }
                offset &+= 1
                depth &-= 1
                if depth == 0 {
                    valueEnded()
                    return count
                }
            }
            guard nextByte == UInt8(ascii: ",") else { break }
            offset &+= 1
        }
        self = original
        return nil
    }
}
