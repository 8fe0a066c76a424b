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
            readLeaves(Value.self, memory) { reader in
                if reader.bytes.count &- reader.offset > PlainNumber.lookahead, let base = reader.bytes.baseAddress {
                    var position = base + reader.offset
                    // Beyond this the reader checks whether a number is too large for a double.
                    if let number = PlainNumber.scan(&position), number.exponent <= JSONReader.safeExponent {
                        reader.offset = position - base
                        return Value.make(number, powers)
                    }
                }
                guard let number = try? reader.scanNumber() else { return nil }
                return Value.make(number)
            }
        }
    }

    private mutating func readBooleans(_ memory: UnsafeMutableRawBufferPointer) -> Int? {
        readLeaves(UInt8.self, memory) { reader in
            switch reader.nextByte {
            case UInt8(ascii: "t"): (try? reader.scanLiteral("true")).map { 1 }
            case UInt8(ascii: "f"): (try? reader.scanLiteral("false")).map { 0 }
            default: nil
            }
        }
    }

    @inline(__always)
    private mutating func readLeaves<Value: BitwiseCopyable>(
        _: Value.Type, _ memory: UnsafeMutableRawBufferPointer, _ read: (inout JSONReader) -> Value?
    ) -> Int? {
        let capacity = memory.count / MemoryLayout<Value>.size
        let elements = memory.assumingMemoryBound(to: Value.self)
        let original = self
        var count = 0
        var depth = 0
        while true {
            // Here a value is due.
            skipWhitespace()
            var hasValue = true
            if nextByte == UInt8(ascii: "[") {
                offset &+= 1
                depth &+= 1
                skipWhitespace()
                guard nextByte == UInt8(ascii: "]") else { continue }
                hasValue = false
            }
            if hasValue {
                guard count < capacity, let value = read(&self) else { break }
                elements.baseAddress.unsafelyUnwrapped[count] = value
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
