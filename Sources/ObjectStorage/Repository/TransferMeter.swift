import Synchronization

/// Counts what is being fetched, over all repositories.
public final class TransferMeter: Sendable {
    public struct Reading: Sendable, Hashable {
        /// Objects and bytes that have come, of those wanted.
        public var objects = 0
        public var wantedObjects = 0
        public var bytes: Int64 = 0
        public var wantedBytes: Int64 = 0

        public init() {}

        /// Whether something is under way.
        public var isActive: Bool { objects < wantedObjects }
    }

    private let state = Mutex(Reading())

    public init() {}

    public var reading: Reading { state.withLock { $0 } }

    /// A transfer begins. A finished one is forgotten, so that each is counted from nothing.
    func begin(objects: Int, bytes: Int64) {
        state.withLock { reading in
            if !reading.isActive { reading = Reading() }
            reading.wantedObjects += objects
            reading.wantedBytes += bytes
        }
    }

    /// Negative where bytes that had come were of no use.
    func add(bytes: Int64) { state.withLock { $0.bytes += bytes } }

    /// An object has come, or will not come any more.
    func endObject() { state.withLock { $0.objects += 1 } }
}
