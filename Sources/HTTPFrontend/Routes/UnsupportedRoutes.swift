/// Triton's endpoints that this server does not have yet, named in the answer so that a client's log tells.
enum UnsupportedRoutes {
    static func generate() -> HTTPResponse {
        .failure(.notImplemented, "this server does not have the generate extension yet; use the infer endpoint")
    }
}
