public import InferenceTypes

/// CUDA shared memory, of which this server has none: no region exists and none can be registered.
extension SharedMemoryRegistry {
    /// The size of a CUDA IPC memory handle.
    public static let cudaHandleByteCount = 64

    /// - Parameter handle: the bytes of the IPC memory handle; `nil` when they could not be decoded.
    public func registerCUDA(_ name: String, handle: [UInt8]?) throws(ServingError) -> Never {
        try checkAllowed()
        guard handle?.count == Self.cudaHandleByteCount else {
            throw ServingError(
                .invalidArgument, "'raw_handle' must be a valid base64 encoded cudaIpcMemHandle_t")
        }
        try registerCUDA(name)
    }

    public func registerCUDA(_ name: String) throws(ServingError) -> Never {
        try checkAllowed()
        throw ServingError(
            .invalidArgument, "failed to register CUDA shared memory region: '\(name)', GPUs not supported")
    }

    public func unregisterCUDA(_ name: String?) throws(ServingError) { try checkAllowed() }

    /// Throws `notFound` for any name; without one there is nothing to tell.
    public func cudaStatus(_ name: String?) throws(ServingError) {
        guard let name, !name.isEmpty else { return }
        throw ServingError(.notFound, "Unable to find cuda shared memory region: '\(name)'")
    }
}
