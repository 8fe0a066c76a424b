import Synchronization

/// Tells when a model version can leave memory: when the last reference to this goes.
///
/// Whatever uses the version holds it: the servable, and threads of its instances that end after it.
public final class ServableLifetime: Sendable {
    private let end: @Sendable (_ kept: [any Sendable]) -> Void
    private let kept = Mutex<[any Sendable]>([])

    /// - Parameter end: called once, on whatever thread drops the last reference; it must not block. It gets what was
    ///   kept, to free it where that may take its time.
    public init(end: @escaping @Sendable (_ kept: [any Sendable]) -> Void) { self.end = end }

    deinit {
        let kept = kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
        end(kept)
    }

    /// Keeps `part`, which takes time to free, in memory until the end.
    func keep(_ part: some Sendable) { kept.withLock { $0.append(part) } }
}
