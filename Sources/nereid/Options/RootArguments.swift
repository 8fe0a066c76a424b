/// The whole command line, ready for the parser of the subcommands.
struct RootArguments: Equatable {
    private(set) var arguments: [String]
    private(set) var warnings: [String] = []

    /// Flags without a subcommand are those of `serve`, so that `nereid` can take the place of `tritonserver`.
    init(_ arguments: [String]) throws(CommandLineError) {
        self.arguments = arguments
        var serveArguments = arguments[...]
        if serveArguments.first == "serve" {
            serveArguments.removeFirst()
        } else {
            guard let first = serveArguments.first, first.hasPrefix("--"), first != "--help", first != "--version"
            else {
                return
            }
        }
        let serve = try ServeArguments(Array(serveArguments))
        self.arguments = ["serve"] + serve.acted
        warnings = serve.warnings
    }
}
