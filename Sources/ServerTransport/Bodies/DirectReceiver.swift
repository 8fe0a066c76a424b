package import InferenceTypes
package import NIOCore

/// Decides where the socket of one connection reads to: into a small buffer of the channel, or, while a body of known
/// length is being received, straight into the memory of that body.
///
/// Only for channels whose reads bring the body as it is: not below TLS. The channel has to be set to one message per
/// read, because it would keep further buffers for use again.
// @unchecked: used only on the event loop of the channel.
package final class DirectReceiver: RecvByteBufferAllocator, @unchecked Sendable {
    /// Holds the head of a request, and most small requests as a whole.
    package static let smallRead = 8 * 1024
    /// For bodies of unknown length.
    package static let largeRead = 256 * 1024
    /// Less than this is not worth reading apart from what comes behind it.
    package static let smallestAim = 32 * 1024

    private enum Target {
        case small
        case large
        case body(UnsafeMutableRawBufferPointer, owner: TensorBuffer)
    }

    private var target = Target.small

    package init() {}

    /// The next read goes to the channel's own small buffer.
    package func aimAtSmallBuffer() { target = .small }

    /// The next read may bring much, of a length that nobody knows.
    package func aimAtLargeBuffer() { target = .large }

    /// The next read fills `memory` from its start, and not beyond. Nobody else may write there meanwhile. The aim holds for
    /// reads until it is changed: it must be moved behind what a read has brought.
    package func aim(at memory: UnsafeMutableRawBufferPointer, of owner: TensorBuffer) {
        let count = min(memory.count, TensorBytes.maximumBorrowedCount)
        target = .body(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]), owner: owner)
    }

    // MARK: RecvByteBufferAllocator

    package func nextBufferSize() -> Int? {
        // The channel uses its own buffer again when it is told a size, and asks for another one otherwise.
        if case .small = target { Self.smallRead } else { nil }
    }

    package func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        switch target {
        case .small: allocator.buffer(capacity: Self.smallRead)
        case .large: allocator.buffer(capacity: Self.largeRead)
        case .body(let memory, let owner):
            BorrowedMemory.buffer(over: memory, of: TensorBytes(owner), writerIndex: 0)
        }
    }

    // What this says keeps the channel from using its small buffer again where a body shall be received.
    package func record(actualReadBytes: Int) -> Bool { true }
}
