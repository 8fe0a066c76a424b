package import InferenceTypes
package import ServingProtocol

/// One RPC: its path, and how a call of it is answered.
package struct GRPCMethod: Sendable {
    package enum Kind: Sendable {
        /// Exactly one message each way; answered at once, on the event loop.
        case unary(@Sendable (_ message: TensorBytes) throws(GRPCStatus) -> GRPCMessage)
        /// Exactly one message each way; answered in a task, since it may wait.
        case unaryTask(@Sendable (_ message: TensorBytes) async throws(GRPCStatus) -> GRPCMessage)
        /// Exactly one message each way; answered by whoever gets `call`. Called on the event loop; must not block.
        case unaryCall(@Sendable (_ message: TensorBytes, _ call: any GRPCCall) -> Void)
        /// Everything else: the handler gets the messages. Called on the event loop.
        case handler(@Sendable (_ call: any GRPCCall) -> any GRPCCallHandler)
    }

    /// `/package.Service/Method`
    package let path: String
    package let kind: Kind
    /// The group of methods to which access can be restricted; `nil` for one that is always open.
    package var category: APICategory?
    /// Where it is less than the limit for all methods.
    let maximumMessageBytes: Int
    /// Tells from the first bytes of a message, which may be all of it, which byte of the message shall lie on a multiple
    /// of 64. Called on the event loop.
    package let alignedOffset: (@Sendable (_ firstBytes: UnsafeRawBufferPointer) -> Int)?

    package init(
        _ path: String, _ kind: Kind, category: APICategory? = nil, maximumMessageBytes: Int = .max,
        alignedOffset: (@Sendable (_ firstBytes: UnsafeRawBufferPointer) -> Int)? = nil
    ) {
        self.path = path
        self.kind = kind
        self.category = category
        self.maximumMessageBytes = maximumMessageBytes
        self.alignedOffset = alignedOffset
    }
}
