package import InferenceTypes

/// Receives a body into memory for tensors.
///
/// Memory that was not written to costs only addresses, so a claim is believed up to `believedClaim`; beyond that the
/// buffer grows with the bytes that arrive.
package struct RequestBodyBuffer {
    /// What is allocated for a claim alone.
    package static let believedClaim = 64 * 1024 * 1024

    /// What a client is told whose body was lost so.
    package static let outOfMemory = "the server has no memory for a request body of this size"

    private var buffer: TensorBuffer?
    /// Unused bytes at the front, which put the aligned offset on a multiple of 64.
    private let padding: Int
    private let expectedCount: Int?
    package private(set) var count = 0
    /// Bytes have arrived for which there was no memory; they are lost.
    package private(set) var isOutOfMemory = false

    /// `alignedOffset`: the byte of the body that shall lie on a multiple of 64. `expectedCount`: the claim.
    package init(expectedCount: Int?, alignedOffset: Int) {
        self.expectedCount = expectedCount
        let beyond = max(alignedOffset, 0) % TensorBuffer.alignment
        padding = beyond == 0 ? 0 : TensorBuffer.alignment - beyond
    }

    /// Bytes allocated.
    package var capacity: Int { buffer?.bytes.count ?? 0 }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, !isOutOfMemory else { return }
        let start = padding + count
        guard let memory = reserve(start + bytes.count) else { return }
        UnsafeMutableRawBufferPointer(rebasing: memory.bytes[start..<(start + bytes.count)]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// The memory for the next bytes, at most `limit` of them, which somebody else is about to write; `nil` when there is
    /// none. What has been written counts after `didReceive`.
    package mutating func unfilled(limit: Int) -> (memory: UnsafeMutableRawBufferPointer, owner: TensorBuffer)? {
        let start = padding + count
        guard limit > 0, let memory = reserve(start + 1) else { return nil }
        let end = min(memory.bytes.count, start + min(limit, Int.max - start))
        return (UnsafeMutableRawBufferPointer(rebasing: memory.bytes[start..<end]), memory)
    }

    /// Whether `bytes` lie where `unfilled` points to.
    package func isInPlace(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let buffer, let base = buffer.bytes.baseAddress, let address = bytes.baseAddress else { return false }
        return UnsafeRawPointer(base) + (padding + count) == address && padding + count + bytes.count <= capacity
    }

    /// That many bytes have been written to the start of what `unfilled` gave.
    package mutating func didReceive(_ byteCount: Int) {
        precondition(byteCount >= 0 && padding + count + byteCount <= capacity)
        count += byteCount
    }

    /// The bytes received. The buffer must not be used afterwards.
    package func finish() -> TensorBytes {
        guard let buffer, count > 0 else { return .empty }
        let range = padding..<(padding + count)
        return TensorBytes(UnsafeRawBufferPointer(rebasing: buffer.bytes[range]), owner: buffer)
    }

    private mutating func reserve(_ end: Int) -> TensorBuffer? {
        if let buffer, buffer.bytes.count >= end { return buffer }
        let claimed = expectedCount.map { min($0, Int.max - padding) + padding }
        let capacity: Int
        if let buffer {
            // A client that has sent this much is believed what it claims. Without a claim, eightfold: at most a seventh of
            // a large body is copied again.
            let current = buffer.bytes.count
            let grown = max(end, current < 1024 * 1024 ? current * 2 : current * 8)
            capacity = claimed.map { max(end, current < Self.believedClaim ? min($0, grown) : $0) } ?? grown
        } else {
            capacity = max(end, min(claimed ?? 16 * 1024, Self.believedClaim))
        }
        guard let larger = TensorBuffer(attempting: capacity) ?? TensorBuffer(attempting: end) else {
            isOutOfMemory = true
            return nil
        }
        if let buffer {
            UnsafeMutableRawBufferPointer(rebasing: larger.bytes[..<(padding + count)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer.bytes[..<(padding + count)]))
        }
        buffer = larger
        return larger
    }
}
