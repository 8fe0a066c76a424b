import Synchronization

/// Carries what a build brought to whoever puts it in service, without leaving copies of the references on the way.
final class ServableBox: Sendable {
    struct Contents: Sendable {
        /// To be put in service.
        var servables: [any Servable] = []
        /// Of servables that are in service.
        var updates: [ServableUpdate] = []
    }

    private let contents: Mutex<Contents>

    init(_ contents: Contents) { self.contents = Mutex(contents) }

    func take() -> Contents {
        contents.withLock { contents in
            defer { contents = Contents() }
            return contents
        }
    }
}
