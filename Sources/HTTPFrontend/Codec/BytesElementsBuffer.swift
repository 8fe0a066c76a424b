import InferenceTypes

/// Collects the elements of a BYTES tensor whose size is not known before they are all there.
struct BytesElementsBuffer {
    private var buffer = TensorBuffer(byteCount: 1024)
    /// Taken so far, the elements' lengths included.
    private(set) var byteCount = 0

    var bytes: TensorBytes { TensorBytes(buffer).slice(0..<byteCount) }

    /// Adds an element of that length.
    ///
    /// - Returns: where its bytes belong. They are to be written at once, before the next element.
    mutating func append(_ length: UInt32) -> UnsafeMutableRawBufferPointer {
        let start = byteCount + BytesElements.lengthSize
        let end = start + Int(length)
        if end > buffer.bytes.count {
            let larger = TensorBuffer(byteCount: max(end, 2 * buffer.bytes.count))
            larger.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer.bytes[..<byteCount]))
            buffer = larger
        }
        buffer.bytes.storeBytes(of: length.littleEndian, toByteOffset: byteCount, as: UInt32.self)
        byteCount = end
        return UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[start..<end])
    }
}
