import Synchronization

/// Carries new servables to whoever puts them in service, without leaving copies of the references on the way.
final class ServableBox: Sendable {
    private let servables: Mutex<[any Servable]>

    init(_ servables: [any Servable]) { self.servables = Mutex(servables) }

    func take() -> [any Servable] {
        servables.withLock { servables in
            defer { servables = [] }
            return servables
        }
    }
}
