package import InferenceTypes

/// One message to a client: encoded bytes, then memory that is sent as it is, without gaps and without copies.
package struct GRPCMessage: Sendable {
    package var head: [UInt8]
    /// Follow `head`; kept alive until they are written.
    package var parts: [TensorBytes]
    /// Whether the message may be compressed when the client accepts it and a flag asks for it.
    package var isCompressible = false
    /// Sent after the message if it is the last one of a call that went well; names in lower case.
    package var trailers: [GRPCMetadata.Field] = []

    package init(head: [UInt8], parts: [TensorBytes] = []) {
        self.head = head
        self.parts = parts
    }

    package var byteCount: Int { parts.reduce(head.count) { $0 + $1.count } }
}
