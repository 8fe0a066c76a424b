import InferenceTypes
import ServingProtocol

extension InferRequestMessage {
    /// Reading more than this takes longer than a hand-over to another thread and back.
    private static let inlineByteCount = 256 * 1024

    /// Whether an event loop can read the message without keeping its other connections waiting: raw tensors cost
    /// nothing, every other byte is looked at.
    static func isQuicklyRead(_ body: TensorBytes) -> Bool {
        guard body.count > inlineByteCount else { return true }
        return body.withUnsafeBytes { bytes in
            var reader = ProtobufReader(bytes)
            var rawByteCount = 0
            while !reader.isAtEnd, reader.position - rawByteCount <= inlineByteCount {
                // What cannot be read is found out soon.
                guard let tag = try? reader.tag() else { return true }
                if tag == ProtobufTag.bytes(rawInputContentsField) {
                    guard let range = try? reader.range() else { return true }
                    rawByteCount += range.count
                } else {
                    // Groups have no length, and must be walked through to find their end.
                    guard tag & 7 != 3 else { return false }
                    guard (try? reader.skip(tag)) != nil else { return true }
                }
            }
            return reader.position - rawByteCount <= inlineByteCount
        }
    }
}

extension DecodedInferRequest {
    /// Checking more strings than fit into this takes longer than a hand-over to another thread and back.
    private static let inlineStringByteCount = 1024 * 1024

    /// Whether an event loop can complete and check the request without keeping its other connections waiting.
    var isQuicklyChecked: Bool {
        guard sharedInputs.byteCount <= SharedMemoryInputs.inlineByteCount else { return false }
        return request.inputs.reduce(0) { $1.dataType == .bytes ? $0 + $1.bytes.count : $0 }
            <= Self.inlineStringByteCount
    }
}
