import ArgumentParser

struct GeneralOptions: ParsableArguments {
    @Option(help: "The name of this server in its metadata.")
    var id = "triton"

    @Option(
        help: ArgumentHelp(
            "How long in-flight requests may take to finish when the server is told to stop.", valueName: "seconds"),
        transform: FlagValue.integer(0...Int(Int32.max)))
    var exitTimeoutSecs = 30

    @Option(
        help: ArgumentHelp(
            "How long to say 'not ready' and serve on, new connections too, before the server stops.",
            valueName: "seconds"),
        transform: FlagValue.integer(0...Int(Int32.max)))
    var drainSecs = 0

    @Option(
        help: ArgumentHelp(
            "How long an HTTP connection without a request stays for one more, whose answer says that it is the last.",
            valueName: "seconds"),
        transform: FlagValue.integer(0...Int(Int32.max)))
    var exitIdleSecs = 1

    @Option(
        help: ArgumentHelp(
            "Take the ports over from the server that has this socket, once all models are loaded; and have it "
                + "afterwards, for the next one.",
            valueName: "path"))
    var handoverSocket = ""

    func apply(to configuration: inout ServerConfiguration) {
        configuration.id = id
        configuration.stop.exitTimeout = .seconds(exitTimeoutSecs)
        configuration.stop.drain = .seconds(drainSecs)
        configuration.stop.idleGrace = .seconds(exitIdleSecs)
        configuration.handoverSocket = handoverSocket.isEmpty ? nil : handoverSocket
    }
}
