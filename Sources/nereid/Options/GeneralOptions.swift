import ArgumentParser

struct GeneralOptions: ParsableArguments {
    @Option(help: "The name of this server in its metadata.")
    var id = "triton"

    @Option(
        help: ArgumentHelp(
            "How long in-flight requests may take to finish when the server is told to stop.", valueName: "seconds"),
        transform: FlagValue.integer(0...Int(Int32.max)))
    var exitTimeoutSecs = 30

    func apply(to configuration: inout ServerConfiguration) {
        configuration.id = id
        configuration.exitTimeout = .seconds(exitTimeoutSecs)
    }
}
