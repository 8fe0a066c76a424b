import ArgumentParser
import HTTPFrontend

struct HTTPOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Serve HTTP.", valueName: "boolean"), transform: FlagValue.boolean)
    var allowHttp = true

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var httpAddress = "0.0.0.0"

    @Option(
        help: ArgumentHelp("The port to listen on; 0 takes any free one.", valueName: "port"),
        transform: FlagValue.integer(0...65535))
    var httpPort = 8000

    @Option(
        help: ArgumentHelp("Let several servers listen on the same port.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var reuseHttpPort = false

    @Option(
        help: ArgumentHelp(
            "Threads that handle the connections of all protocols.", valueName: "count"),
        transform: FlagValue.integer(1...1024))
    var httpThreadCount = 1

    @Option(
        help: ArgumentHelp(
            "The most bytes of the JSON of a request, of one raw input, and of what a compressed body inflates to.",
            valueName: "bytes"),
        transform: FlagValue.integer(1...Int.max))
    var httpMaxInputSize = 67_108_864

    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        configuration.servesHTTP = allowHttp
        guard !allowHttp || !httpAddress.isEmpty else {
            throw CommandLineError("--http-address is empty; give an address such as 0.0.0.0.")
        }
        configuration.http.host = httpAddress
        configuration.http.port = httpPort
        configuration.http.reusesPort = reuseHttpPort
        configuration.eventLoopCount = httpThreadCount
        configuration.http.limits.maximumBodyBytes = httpMaxInputSize
        configuration.http.limits.maximumJSONBytes = httpMaxInputSize
        configuration.http.limits.maximumInflatedBytes = httpMaxInputSize
    }
}
