/// Why the server ends a connection before the client does.
package struct HTTP2ConnectionError: Error, Sendable, Hashable {
    /// What the GOAWAY frame says.
    package let code: HTTP2ErrorCode
    /// One sentence for the log: what the client did, and which limit or rule it broke.
    package let reason: String

    package init(_ code: HTTP2ErrorCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension HTTP2ConnectionError: CustomStringConvertible {
    package var description: String { "\(reason) (\(code))" }
}
