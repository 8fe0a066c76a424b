package import InferenceTypes
package import NIOCore

extension TensorBytes {
    /// The bytes as a buffer for a channel, over the same memory: nothing is copied, and the owner lives as long as the
    /// buffer and all its copies and slices, however the write ends.
    ///
    /// Nobody may write to the buffer. At most `maximumBorrowedCount` bytes; costs two short locks, so what is smaller
    /// than some 16 KB is cheaper to copy.
    package func borrowedBuffer() -> ByteBuffer {
        precondition(count <= Self.maximumBorrowedCount)
        guard count > 0 else { return ByteBuffer() }
        let memory = UnsafeMutableRawBufferPointer(mutating: pointer)
        return BorrowedMemory.buffer(over: memory, of: self, writerIndex: count)
    }

    /// What the indices of a `ByteBuffer` can count, rounded down.
    package static let maximumBorrowedCount = 1 << 31
}
