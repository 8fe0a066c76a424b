extension JSONWriter {
    /// Writes numbers that lie in memory one after the other, without gaps, as values of the array that was begun.
    ///
    /// - Parameter memory: Need not be aligned. What is left after the last whole element is ignored.
    public mutating func elements(_ element: JSONElement, _ memory: UnsafeRawBufferPointer) {
        switch element {
        case .bool: write(JSONBoolean.self, memory)
        case .uint8: write(UInt8.self, memory)
        case .uint16: write(UInt16.self, memory)
        case .uint32: write(UInt32.self, memory)
        case .uint64: write(UInt64.self, memory)
        case .int8: write(Int8.self, memory)
        case .int16: write(Int16.self, memory)
        case .int32: write(Int32.self, memory)
        case .int64: write(Int64.self, memory)
        case .float: write(Float.self, memory)
        case .double: write(Double.self, memory)
        }
    }

    @inline(__always)
    private mutating func write<Value: JSONElementText>(_: Value.Type, _ memory: UnsafeRawBufferPointer) {
        let size = MemoryLayout<Value>.size
        let count = memory.count / size
        guard count > 0 else { return }
        separate()
        withUnsafeTemporaryAllocation(byteCount: Self.chunkByteCount, alignment: 8) { chunk in
            guard let start = chunk.baseAddress else { return }
            var used = 0
            var chunkStart = 0
            for index in 0..<count {
                let value = memory.loadUnaligned(fromByteOffset: index &* size, as: Value.self)
                used &+= value.write(to: start + used)
                start.storeBytes(of: UInt8(ascii: ","), toByteOffset: used, as: UInt8.self)
                used &+= 1
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
        // That behind the last element.
        bytes.removeLast()
    }

    /// Makes room for about all that is to come, so that the text moves once at most and not each time that it doubles.
    private mutating func reserve(_ count: Int) {
        if bytes.capacity - bytes.count < Self.chunkByteCount { bytes.reserveCapacity(bytes.count + count) }
    }

    private static var chunkByteCount: Int { 8192 }
}

/// What `JSONWriter.elements` writes.
private protocol JSONElementText: BitwiseCopyable {
    /// - Returns: the number of bytes written, at most `NumberText.capacity`.
    func write(to memory: UnsafeMutableRawPointer) -> Int
}

private struct JSONBoolean: JSONElementText {
    let byte: UInt8

    @inline(__always)
    func write(to memory: UnsafeMutableRawPointer) -> Int { NumberText.put(byte != 0 ? "true" : "false", memory) }
}

extension JSONElementText where Self: FixedWidthInteger {
    @inline(__always)
    func write(to memory: UnsafeMutableRawPointer) -> Int { NumberText.write(self, to: memory) }
}

extension UInt8: JSONElementText {}
extension UInt16: JSONElementText {}
extension UInt32: JSONElementText {}
extension UInt64: JSONElementText {}
extension Int8: JSONElementText {}
extension Int16: JSONElementText {}
extension Int32: JSONElementText {}
extension Int64: JSONElementText {}

extension Float: JSONElementText {
    @inline(__always)
    func write(to memory: UnsafeMutableRawPointer) -> Int { NumberText.write(Double(self), to: memory) }
}

extension Double: JSONElementText {
    @inline(__always)
    func write(to memory: UnsafeMutableRawPointer) -> Int { NumberText.write(self, to: memory) }
}
