package import InferenceTypes

/// One RPC: its path, and how a call of it is answered.
package struct GRPCMethod: Sendable {
    package enum Kind: Sendable {
        /// Exactly one message each way; answered at once, on the event loop.
        case unary(@Sendable (_ message: TensorBytes) throws(GRPCStatus) -> GRPCMessage)
        /// Exactly one message each way; answered in a task, since it may wait.
        case unaryTask(@Sendable (_ message: TensorBytes) async throws(GRPCStatus) -> GRPCMessage)
        /// Everything else: the handler gets the messages. Called on the event loop.
        case handler(@Sendable (_ call: any GRPCCall) -> any GRPCCallHandler)
    }

    /// `/package.Service/Method`
    package let path: String
    package let kind: Kind

    package init(_ path: String, _ kind: Kind) {
        self.path = path
        self.kind = kind
    }
}
