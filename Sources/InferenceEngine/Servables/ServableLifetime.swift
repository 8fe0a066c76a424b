/// Tells when a loaded model version is no longer in memory: when the last reference to this goes.
///
/// Whatever keeps the version in memory holds it: the servable, and threads of its instances that end after it.
public final class ServableLifetime: Sendable {
    private let end: @Sendable () -> Void

    /// - Parameter end: called once, on whatever thread drops the last reference; it must not block.
    public init(end: @escaping @Sendable () -> Void) { self.end = end }

    deinit { end() }
}
