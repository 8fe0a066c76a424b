package import InferenceTypes

/// What answers one call. All functions are called on the event loop of the connection, in order, and must not block.
package protocol GRPCCallHandler: AnyObject {
    /// A whole message, decompressed; the memory may be kept.
    func received(_ message: TensorBytes)
    /// The client sends no more.
    func halfClosed()
    /// The client has cancelled or gone, or its deadline has passed; nothing can be sent any more.
    func cancelled()
    /// The server stops. Most calls may finish; one that goes on for as long as its client likes has to end.
    func serverStops()
}

extension GRPCCallHandler {
    package func serverStops() {}
}
