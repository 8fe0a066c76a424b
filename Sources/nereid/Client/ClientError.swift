/// Why `nereid infer` gave up.
enum ClientError: Error, Equatable, CustomStringConvertible {
    case unreachable(ServerURL, reason: String)
    case timedOut(ServerURL, seconds: Int64)
    case broken(ServerURL, reason: String)
    /// The server answered with an error.
    case refused(status: Int, message: String)
    /// The server's answer is not what the protocol says.
    case malformedAnswer(String)
    case invalidInput(String)

    var description: String {
        switch self {
        case .unreachable(let url, let reason):
            """
            no server answers at \(url): \(reason).
            Start one with `nereid serve --model-repository=<directory>`, or say where it is with --url=<host>:<port>.
            """
        case .timedOut(let url, let seconds):
            "the server at \(url) did not answer within \(seconds) s; --timeout-secs gives it more time."
        case .broken(let url, let reason): "the connection to \(url) failed: \(reason)."
        case .refused(let status, let message): "\(message) (HTTP status \(status))"
        case .malformedAnswer(let what): "the server's answer cannot be read: \(what)."
        case .invalidInput(let text): text
        }
    }
}
