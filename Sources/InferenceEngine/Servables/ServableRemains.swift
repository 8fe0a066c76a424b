public import InferenceTypes
import Synchronization

/// What is left of a model version that nobody uses any more: what one thread let go of and another one frees.
public final class ServableRemains: Sendable {
    /// What the version took.
    public let memoryUsage: [MemoryUsage]
    private let parts: Mutex<[any Sendable]>

    init(parts: [any Sendable], memoryUsage: [MemoryUsage]) {
        self.parts = Mutex(parts)
        self.memoryUsage = memoryUsage
    }

    /// Frees the parts on this thread.
    func free() {
        let freed = parts.withLock { parts in
            defer { parts = [] }
            return parts
        }
        withExtendedLifetime(freed) {}
    }
}
