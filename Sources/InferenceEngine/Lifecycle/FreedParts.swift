import Synchronization

/// Objects that one thread frees though another one let go of them last.
final class FreedParts: Sendable {
    private let parts: Mutex<[any Sendable]>

    init(_ parts: [any Sendable]) { self.parts = Mutex(parts) }

    /// Frees what nobody else holds, on this thread.
    func free() {
        let freed = parts.withLock { parts in
            defer { parts = [] }
            return parts
        }
        withExtendedLifetime(freed) {}
    }
}
