import InferenceTypes
import NIOCore
import ServerTransport

/// The part of a response body that is not written yet. Holds the memory of the tensors until they are.
struct HTTPResponseBody: Sendable {
    /// Less than this is cheaper to copy than to lend.
    static let smallestLoan = 16 * 1024

    private var parts: [TensorBytes]
    private var next = 0
    private var offset = 0

    init(_ response: HTTPResponse) {
        parts = response.tensors.filter { $0.count > 0 }
        if !response.body.isEmpty {
            parts.insert(response.body.withUnsafeBytes { TensorBytes(copying: $0) }, at: 0)
        }
    }

    var isEmpty: Bool { next == parts.count }

    /// The next bytes, at most `limit`: over the memory of a large part, or copies of some small ones. Not empty before the
    /// end.
    mutating func nextPiece(upTo limit: Int, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        guard next < parts.count else { return ByteBuffer() }
        if parts[next].count - offset >= Self.smallestLoan {
            let end = offset + min(limit, parts[next].count - offset)
            let piece = parts[next].slice(offset..<end).borrowedBuffer()
            advance(to: end)
            return piece
        }
        var buffer = allocator.buffer(capacity: Self.smallestLoan)
        while next < parts.count, parts[next].count - offset < Self.smallestLoan, buffer.readableBytes < limit {
            let end = offset + min(limit - buffer.readableBytes, parts[next].count - offset)
            parts[next].slice(offset..<end).withUnsafeBytes { _ = buffer.writeBytes($0) }
            advance(to: end)
        }
        return buffer
    }

    private mutating func advance(to end: Int) {
        offset = end
        guard end == parts[next].count else { return }
        parts[next] = .empty
        next += 1
        offset = 0
    }
}
