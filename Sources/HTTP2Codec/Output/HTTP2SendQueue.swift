internal import InferenceTypes

/// What waits to be sent on one stream, in order.
struct HTTP2SendQueue {
    private enum Part {
        case bytes([UInt8])
        case memory(TensorBytes)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .memory(let memory): memory.count
            }
        }
    }

    private var parts: [Part] = []
    /// The first part that is not written whole, and how much of it is.
    private var first = 0
    private var offset = 0
    private(set) var byteCount = 0

    mutating func append(_ bytes: [UInt8]) { append(.bytes(bytes)) }
    mutating func append(_ memory: TensorBytes) { append(.memory(memory)) }

    private mutating func append(_ part: Part) {
        guard part.count > 0 else { return }
        parts.append(part)
        byteCount += part.count
    }

    /// Writes the next `count` bytes, which must be there, and lets go of what has been written.
    mutating func write(_ count: Int, to sink: any HTTP2OutputSink) {
        var left = count
        while left > 0, first < parts.count {
            let part = parts[first]
            let range = offset..<offset + min(left, part.count - offset)
            switch part {
            case .bytes(let bytes): bytes.withUnsafeBytes { sink.write(UnsafeRawBufferPointer(rebasing: $0[range])) }
            case .memory(let memory): sink.write(memory.slice(range))
            }
            left -= range.count
            byteCount -= range.count
            offset = range.upperBound
            if offset == part.count { removeFirstPart() }
        }
    }

    private mutating func removeFirstPart() {
        parts[first] = .bytes([])
        first += 1
        offset = 0
        if first == parts.count {
            parts.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 64, first >= parts.count / 2 {
            parts.removeFirst(first)
            first = 0
        }
    }

    /// Drops what lies behind the next `count` bytes, by whole parts.
    mutating func truncate(to count: Int) {
        while byteCount > count, let last = parts.last, parts.count > first {
            let lastCount = parts.count - 1 == first ? last.count - offset : last.count
            guard byteCount - lastCount >= count else { return }
            parts.removeLast()
            byteCount -= lastCount
            if parts.count == first { offset = 0 }
        }
    }
}
