import InferenceTypes

extension TensorParameters {
    /// Where a tensor lies in shared memory, as its client says.
    struct SharedMemoryPlace: Sendable, Hashable {
        var region: String
        /// Numbers below zero become too large for any region.
        var offset: UInt64
        var byteCount: UInt64
    }

    /// `nil` for a tensor that is not in shared memory.
    func sharedMemoryPlace(ofTensor name: String) throws(ServingError) -> SharedMemoryPlace? {
        let region = try sharedMemoryRegion.map { parameter throws(ServingError) in
            guard case .string(let region)? = parameter.value else {
                throw Self.wrongType("shared_memory_region", "string_param", name)
            }
            return region
        }
        let offset = try Self.number(sharedMemoryOffset, "shared_memory_offset", region, name)
        let byteCount = try Self.number(sharedMemoryByteSize, "shared_memory_byte_size", region, name)
        guard let region else { return nil }
        guard let byteCount else {
            throw ServingError(
                .invalidArgument,
                "'shared_memory_byte_size' must be specified along with 'shared_memory_region' parameter for tensor "
                    + "'\(name)'")
        }
        return SharedMemoryPlace(region: region, offset: offset ?? 0, byteCount: byteCount)
    }

    /// `nil` for an output that is wanted as it is.
    func classCount() throws(ServingError) -> UInt64? {
        guard let classification else { return nil }
        guard case .int64(let count)? = classification.value else {
            throw ServingError(
                .invalidArgument, "invalid value type for 'classification' parameter, expected int64_param")
        }
        guard count > 0 else {
            throw ServingError(
                .invalidArgument, "invalid value for 'classification' parameter, expected >= 0")
        }
        return UInt64(count)
    }

    private static func number(
        _ parameter: InferParameter?, _ parameterName: String, _ region: String?, _ tensor: String
    ) throws(ServingError) -> UInt64? {
        guard let parameter else { return nil }
        guard region != nil else {
            throw ServingError(
                .invalidArgument,
                "'\(parameterName)' can not be specified without 'shared_memory_region' parameter for tensor '\(tensor)'"
            )
        }
        guard case .int64(let value)? = parameter.value else { throw wrongType(parameterName, "int64_param", tensor) }
        return UInt64(bitPattern: value)
    }

    private static func wrongType(_ parameter: String, _ expected: String, _ tensor: String) -> ServingError {
        ServingError(
            .invalidArgument,
            "invalid value type for '\(parameter)' parameter for tensor '\(tensor)', expected \(expected).")
    }
}
