package import InferenceTypes

/// Receives a body into memory for tensors, which grows with the bytes that arrive, never with what the client claims.
package struct RequestBodyBuffer {
    /// What is allocated for a claim alone.
    package static let initialCapacity = 1024 * 1024
    /// A client that has sent this much is believed what it claims; a larger body is not moved again.
    package static let believedCapacity = 8 * 1024 * 1024

    private var buffer: TensorBuffer?
    /// Unused bytes at the front, which put the aligned offset on a multiple of 64.
    private let padding: Int
    private let expectedCount: Int?
    package private(set) var count = 0

    /// `alignedOffset`: the byte of the body that shall lie on a multiple of 64. `expectedCount`: the claim.
    package init(expectedCount: Int?, alignedOffset: Int) {
        self.expectedCount = expectedCount
        let beyond = max(alignedOffset, 0) % TensorBuffer.alignment
        padding = beyond == 0 ? 0 : TensorBuffer.alignment - beyond
    }

    /// Bytes allocated.
    package var capacity: Int { buffer?.bytes.count ?? 0 }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        let end = padding + count + bytes.count
        let memory = reserve(end)
        UnsafeMutableRawBufferPointer(rebasing: memory.bytes[(padding + count)..<end]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// The bytes received. The buffer must not be used afterwards.
    package func finish() -> TensorBytes {
        guard let buffer, count > 0 else { return .empty }
        let range = padding..<(padding + count)
        return TensorBytes(UnsafeRawBufferPointer(rebasing: buffer.bytes[range]), owner: buffer)
    }

    private mutating func reserve(_ end: Int) -> TensorBuffer {
        if let buffer, buffer.bytes.count >= end { return buffer }
        let claimed = expectedCount.map { min($0, Int.max - padding) + padding }
        let capacity: Int
        if let buffer {
            // Eightfold: at most a seventh of a large body is copied again, and memory not reached is not touched.
            let current = buffer.bytes.count
            let grown = max(end, current < Self.initialCapacity ? current * 2 : current * 8)
            capacity = claimed.map { max(end, current < Self.believedCapacity ? min($0, grown) : $0) } ?? grown
        } else {
            capacity = max(end, min(claimed ?? 16 * 1024, Self.initialCapacity))
        }
        let larger = TensorBuffer(byteCount: capacity)
        if let buffer {
            UnsafeMutableRawBufferPointer(rebasing: larger.bytes[..<(padding + count)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer.bytes[..<(padding + count)]))
        }
        buffer = larger
        return larger
    }
}
