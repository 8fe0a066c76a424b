package import InferenceTypes

/// Takes what goes to the socket, in order.
package protocol HTTP2OutputSink: AnyObject {
    /// Frame heads, control frames and header blocks: small, and valid only during the call, so to be copied.
    func write(_ bytes: UnsafeRawBufferPointer)
    /// Payload of a DATA frame, to be sent from where it lies; small pieces may be copied instead.
    func write(_ payload: TensorBytes)
}
