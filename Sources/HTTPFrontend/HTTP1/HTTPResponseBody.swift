import InferenceTypes
import NIOCore

/// The part of a response body that is not written yet. Holds the memory of the tensors until they are.
struct HTTPResponseBody: Sendable {
    private var parts: [TensorBytes]
    private var next = 0
    private var offset = 0

    init(_ response: HTTPResponse) {
        parts = response.tensors.filter { $0.count > 0 }
        if !response.body.isEmpty { parts.insert(TensorBytes(copying: response.body), at: 0) }
    }

    var isEmpty: Bool { next == parts.count }

    /// Appends up to `limit` bytes to `buffer`, which copies them.
    mutating func write(upTo limit: Int, into buffer: inout ByteBuffer) {
        var room = limit
        while room > 0, next < parts.count {
            let part = parts[next]
            let count = min(room, part.count - offset)
            part.withUnsafeBytes { bytes in
                _ = buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]))
            }
            room -= count
            offset += count
            if offset == part.count {
                parts[next] = .empty
                next += 1
                offset = 0
            }
        }
    }
}
