/// How much time a server takes to stop, and for what.
struct StopSettings: Equatable, Sendable {
    /// What requests in flight get to finish, from the moment at which nothing new is accepted.
    var exitTimeout = Duration.seconds(30)
    /// How long it serves on after it has said that it is not ready.
    var drain = Duration.zero
    /// How long a connection without a request stays for one more.
    var idleGrace = Duration.seconds(1)
}
