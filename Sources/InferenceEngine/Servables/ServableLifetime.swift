import InferenceTypes
import Synchronization

/// Tells when a model version can leave memory: when the last reference to this goes.
///
/// Whatever uses the version holds it: the servable, and threads of its instances that end after it.
public final class ServableLifetime: Sendable {
    private struct State {
        var parts: [any Sendable] = []
        var memoryUsage: [MemoryUsage] = []
    }

    private let end: @Sendable (ServableRemains) -> Void
    private let state = Mutex(State())

    /// - Parameter end: called once, on whatever thread drops the last reference; it must not block. It gets what was
    ///   kept, to free it where that may take its time.
    public init(end: @escaping @Sendable (ServableRemains) -> Void) { self.end = end }

    deinit {
        let state = state.withLock { state in
            defer { state = State() }
            return state
        }
        end(ServableRemains(parts: state.parts, memoryUsage: state.memoryUsage))
    }

    /// Keeps `part`, which takes time to free, in memory until the end.
    ///
    /// - Parameter memoryUsage: what the whole version takes.
    func keep(_ part: some Sendable, memoryUsage: [MemoryUsage]) {
        state.withLock { state in
            state.parts.append(part)
            state.memoryUsage = memoryUsage
        }
    }
}
