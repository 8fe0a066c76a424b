public import InferenceTypes
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The shared memory regions that clients have registered, for all protocols.
///
/// Thread-safe; no call waits for anything but the system. A region that is unregistered can no longer be found; its
/// memory stays open until the last request that uses it has ended.
public final class SharedMemoryRegistry: Sendable {
    private struct Region {
        var status: SharedMemoryStatus
        var object: SharedMemoryObject
    }

    private struct State {
        var regions: [String: Region] = [:]
        var byteSize: UInt64 = 0
    }

    /// Keys of the memory that Triton's Python backend shares with its processes.
    private static let reservedPrefix = "triton_python_backend_shm_region_"
    private static let pageSize = UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))

    public let settings: SharedMemorySettings
    private let state = Mutex(State())

    public init(settings: SharedMemorySettings = SharedMemorySettings()) { self.settings = settings }

    /// Opens the object that `key` names and gives its part of `byteSize` bytes at `offset` a name.
    public func register(
        _ name: String, key: String, offset: UInt64, byteSize: UInt64
    ) throws(ServingError) {
        try checkAllowed()
        try checkKey(key, of: name)
        try state.withLock { state throws(ServingError) in try Self.checkRoom(for: name, byteSize, settings, state) }
        guard let object = SharedMemoryObject(key: key) else {
            throw ServingError(.internal, "Unable to open shared memory region: '\(key)'")
        }
        try Self.checkBounds(of: name, object, offset: offset, byteSize: byteSize)
        let status = SharedMemoryStatus(name: name, key: key, offset: offset, byteSize: byteSize)
        try state.withLock { state throws(ServingError) in
            // Another client may have been faster.
            try Self.checkRoom(for: name, byteSize, settings, state)
            state.regions[name] = Region(status: status, object: object)
            state.byteSize += byteSize
        }
    }

    /// Forgets a region, or all of them when `name` is `nil` or empty. A name that is not registered is no error.
    public func unregister(_ name: String?) throws(ServingError) {
        try checkAllowed()
        let removed = state.withLock { state -> [Region] in
            guard let name, !name.isEmpty else {
                defer { state = State() }
                return Array(state.regions.values)
            }
            guard let region = state.regions.removeValue(forKey: name) else { return [] }
            state.byteSize -= region.status.byteSize
            return [region]
        }
        // The objects are closed here, after the lock.
        withExtendedLifetime(removed) {}
    }

    /// The region of that name, or all of them, sorted by name, when `name` is `nil` or empty.
    public func status(_ name: String?) throws(ServingError) -> [SharedMemoryStatus] {
        guard let name, !name.isEmpty else {
            return state.withLock { $0.regions.values.map(\.status) }.sorted { $0.name < $1.name }
        }
        guard let region = state.withLock({ $0.regions[name] }) else {
            throw ServingError(.notFound, "Unable to find system shared memory region: '\(name)'")
        }
        return [region.status]
    }

    /// The part of a region that a tensor of a request takes.
    ///
    /// - Parameter offset: from the start of the region.
    public func range(
        ofRegion name: String, offset: UInt64, byteCount: UInt64
    ) throws(ServingError) -> SharedMemoryRange {
        try checkAllowed()
        guard let region = state.withLock({ $0.regions[name] }) else {
            throw ServingError(.notFound, "Unable to find shared memory region: '\(name)'")
        }
        let size = region.status.byteSize
        guard offset < size else {
            throw ServingError(.invalidArgument, "Invalid offset for shared memory region: '\(name)'")
        }
        guard byteCount <= size - offset else {
            throw ServingError(.invalidArgument, "Invalid offset + byte size for shared memory region: '\(name)'")
        }
        // The region lies in a file, so that all of this fits.
        return SharedMemoryRange(
            region.object, regionName: name, offset: Int(region.status.offset + offset), byteCount: Int(byteCount))
    }

    /// Throws `unsupported` when clients may not share memory.
    public func checkAllowed() throws(ServingError) {
        guard settings.isAllowed else {
            throw ServingError(
                .unsupported,
                "Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable.")
        }
    }

    private func checkKey(_ key: String, of name: String) throws(ServingError) {
        let bareKey = key.drop { $0 == "/" }
        guard !bareKey.hasPrefix(Self.reservedPrefix) else {
            throw ServingError(
                .invalidArgument,
                "cannot register shared memory region '\(name)' with key '\(key)' as the key contains the reserved prefix "
                    + "'\(Self.reservedPrefix)'")
        }
        guard settings.keyPrefixes.isEmpty || settings.keyPrefixes.contains(where: { bareKey.hasPrefix($0) }) else {
            throw ServingError(
                .invalidArgument,
                "cannot register shared memory region '\(name)' with key '\(key)': keys must begin with "
                    + settings.keyPrefixes.map { "'\($0)'" }.joined(separator: " or "))
        }
    }

    private static func checkRoom(
        for name: String, _ byteSize: UInt64, _ settings: SharedMemorySettings, _ state: State
    ) throws(ServingError) {
        guard state.regions[name] == nil else {
            throw ServingError(.alreadyExists, "shared memory region '\(name)' already in manager")
        }
        guard state.regions.count < settings.maximumRegions else {
            throw ServingError(
                .unavailable,
                "cannot register shared memory region '\(name)': \(settings.maximumRegions) regions are registered, and no "
                    + "more are allowed. Use --max-shm-regions to increase the limit.")
        }
        // What is larger than any object is refused by its own check.
        guard byteSize <= settings.maximumBytes - min(state.byteSize, settings.maximumBytes) || byteSize > Int.max
        else {
            throw ServingError(
                .unavailable,
                "cannot register shared memory region '\(name)': all regions together may have \(settings.maximumBytes) "
                    + "bytes. Use --max-shm-bytes to increase the limit.")
        }
    }

    private static func checkBounds(
        of name: String, _ object: SharedMemoryObject, offset: UInt64, byteSize: UInt64
    ) throws(ServingError) {
        let (end, overflow) = offset.addingReportingOverflow(byteSize)
        guard !overflow, let size = object.byteSize, end <= size else {
            throw ServingError(.invalidArgument, "failed to register shared memory region '\(name)': invalid args")
        }
        // What the reference server's mmap refuses.
        guard offset % pageSize == 0, byteSize > 0 else {
            throw ServingError(
                .invalidArgument,
                "failed to register shared memory region '\(name)': unable to process address spaceInvalid argument")
        }
    }
}
