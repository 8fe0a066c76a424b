/// How a call ended: the trailers `grpc-status` and `grpc-message`.
package struct GRPCStatus: Error, Sendable, Hashable {
    package var code: GRPCStatusCode
    package var message: String

    package init(_ code: GRPCStatusCode, _ message: String = "") {
        self.code = code
        self.message = message
    }

    package static let ok = GRPCStatus(.ok)
    /// As gRPC's own servers answer to what they cannot read.
    static let unreadableRequest = GRPCStatus(.internal, "Unable to parse request")
}
