public import InferenceTypes

/// The backends of this server, by name. Built once at start; immutable afterwards.
public struct BackendRegistry: Sendable {
    private var backends: [String: any Backend] = [:]

    public init(_ backends: [any Backend] = []) {
        for backend in backends { self.backends[backend.name] = backend }
    }

    public var names: [String] { backends.keys.sorted() }

    /// - Throws: Triton's words for a backend that does not exist here.
    public func backend(named name: String) throws(ServingError) -> any Backend {
        guard let backend = backends[name] else {
            throw ServingError(
                .invalidArgument,
                "unable to find backend library for backend '\(name)', try specifying runtime on the model configuration."
            )
        }
        return backend
    }
}
