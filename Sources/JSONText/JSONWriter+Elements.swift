extension JSONWriter {
    /// Writes numbers that lie in memory one after the other, without gaps, as values of the array that was begun.
    ///
    /// - Parameter memory: Need not be aligned. What is left after the last whole element is ignored.
    public mutating func elements(_ element: JSONElement, _ memory: UnsafeRawBufferPointer) {
        switch element {
        case .bool:
            write(UInt8.self, memory) { NumberText.put($0 != 0 ? "true" : "false", $1) }
        case .uint8: writeIntegers(UInt8.self, memory)
        case .uint16: writeIntegers(UInt16.self, memory)
        case .uint32: writeIntegers(UInt32.self, memory)
        case .uint64: writeIntegers(UInt64.self, memory)
        case .int8: writeIntegers(Int8.self, memory)
        case .int16: writeIntegers(Int16.self, memory)
        case .int32: writeIntegers(Int32.self, memory)
        case .int64: writeIntegers(Int64.self, memory)
        case .float: write(Float.self, memory) { NumberText.write(Double($0), to: $1) }
        case .double: write(Double.self, memory) { NumberText.write($0, to: $1) }
        }
    }

    private mutating func writeIntegers<Value: FixedWidthInteger & BitwiseCopyable>(
        _: Value.Type, _ memory: UnsafeRawBufferPointer
    ) {
        write(Value.self, memory) { NumberText.write($0, to: $1) }
    }

    @inline(__always)
    private mutating func write<Value: BitwiseCopyable>(
        _: Value.Type, _ memory: UnsafeRawBufferPointer, _ write: (Value, UnsafeMutableRawPointer) -> Int
    ) {
        let size = MemoryLayout<Value>.size
        let count = memory.count / size
        guard count > 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: Self.chunkByteCount, alignment: 8) { chunk in
            guard let start = chunk.baseAddress else { return }
            var used = 0
            var chunkStart = 0
            for index in 0..<count {
                if needsComma {
                    start.storeBytes(of: UInt8(ascii: ","), toByteOffset: used, as: UInt8.self)
                    used &+= 1
                }
                needsComma = true
                used &+= write(memory.loadUnaligned(fromByteOffset: index &* size, as: Value.self), start + used)
                if used > Self.chunkByteCount &- NumberText.capacity &- 1 {
                    let elementByteCount = used / (index &+ 1 &- chunkStart) &+ 1
                    reserve(used &+ elementByteCount &* (count &- index &- 1))
                    bytes.append(contentsOf: chunk[..<used])
                    used = 0
                    chunkStart = index &+ 1
                }
            }
            bytes.append(contentsOf: chunk[..<used])
        }
    }

    /// Makes room for about all that is to come, so that the text moves once at most and not each time that it doubles.
    private mutating func reserve(_ count: Int) {
        if bytes.capacity - bytes.count < Self.chunkByteCount { bytes.reserveCapacity(bytes.count + count) }
    }

    private static var chunkByteCount: Int { 8192 }
}
