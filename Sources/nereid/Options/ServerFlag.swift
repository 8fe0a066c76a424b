/// One flag of `nereid serve`, as the first pass over the command line knows it.
struct ServerFlag: Sendable {
    enum Handling: Sendable {
        /// An option of `ServeCommand` reads it.
        case acted
        /// Accepted so that command lines written for Triton work. `reason` says why it has no effect; `silent` lists
        /// values that ask for just that, and need no warning.
        case accepted(FlagValueKind, reason: String, silent: [String] = [])
    }

    /// Without the leading dashes.
    var name: String
    var takesValue = true
    var handling = Handling.acted

    static func acted(_ name: String) -> ServerFlag { ServerFlag(name: name) }

    /// A flag that stands alone.
    static func bare(_ name: String) -> ServerFlag { ServerFlag(name: name, takesValue: false) }

    static func accepted(
        _ name: String, _ kind: FlagValueKind, _ reason: String, silent: [String] = []
    ) -> ServerFlag {
        ServerFlag(name: name, handling: .accepted(kind, reason: reason, silent: silent))
    }
}
