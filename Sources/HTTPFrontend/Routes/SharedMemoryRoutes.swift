import InferenceTypes

/// The shared memory extensions in the state in which client shared memory is switched off: no region exists.
struct SharedMemoryRoutes: Sendable {
    func status(_ kind: HTTPRoute.SharedMemoryKind, region: String?) throws(ServingError) -> HTTPResponse {
        if let region {
            throw ServingError(.notFound, "Unable to find \(kind.rawValue) shared memory region: '\(region)'")
        }
        return HTTPResponse(.ok, .json, body: Array("[]".utf8))
    }

    func registration() throws(ServingError) -> HTTPResponse {
        throw ServingError(
            .unsupported,
            "Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable.")
    }
}
