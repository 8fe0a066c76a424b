import HTTP2Codec
import InferenceTypes
import NIOCore
import ServerTransport

/// Collects what a session writes into buffers for the channel: small pieces together in one, large ones where they lie.
final class GRPCOutputBuffers: HTTP2OutputSink {
    /// Less is cheaper to copy than to lend.
    private static let lentByteCount = 16 * 1024

    private let allocator: ByteBufferAllocator
    private var small: ByteBuffer
    private var complete: [ByteBuffer] = []
    /// Whether messages were among what was written since this was last set to `false`.
    var hasPayload = false

    init(_ allocator: ByteBufferAllocator) {
        self.allocator = allocator
        small = allocator.buffer(capacity: 4096)
    }

    func write(_ bytes: UnsafeRawBufferPointer) { small.writeBytes(bytes) }

    func write(_ payload: TensorBytes) {
        hasPayload = true
        if payload.count < Self.lentByteCount {
            payload.withUnsafeBytes { _ = small.writeBytes($0) }
        } else {
            closeSmall()
            complete.append(payload.borrowedBuffer())
        }
    }

    /// Hands on what was collected, in order.
    func take(_ body: (ByteBuffer) -> Void) {
        closeSmall()
        for buffer in complete { body(buffer) }
        complete.removeAll(keepingCapacity: true)
    }

    private func closeSmall() {
        guard small.readableBytes > 0 else { return }
        complete.append(small)
        small = allocator.buffer(capacity: 4096)
    }
}
