import ArgumentParser
import GRPCFrontend
import HTTPFrontend

struct GRPCOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Serve gRPC.", valueName: "boolean"), transform: FlagValue.boolean)
    var allowGrpc = true

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var grpcAddress = GRPCServerConfiguration().host

    @Option(
        help: ArgumentHelp("The port to listen on; 0 takes any free one.", valueName: "port"),
        transform: FlagValue.integer(0...65535))
    var grpcPort = GRPCServerConfiguration().port

    @Option(
        help: ArgumentHelp("Let several servers listen on the same port.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var reuseGrpcPort = false

    @Option(
        help: ArgumentHelp(
            "How hard answers of inference are compressed for clients that accept it: none, low, medium or high.",
            valueName: "level"),
        transform: FlagValue.choice)
    var grpcInferResponseCompressionLevel = GRPCCompressionLevel.none

    @Option(
        help: ArgumentHelp("A client that has been silent so long is pinged.", valueName: "milliseconds"),
        transform: FlagValue.integer(1...GRPCOptions.maximumMilliseconds))
    var grpcKeepaliveTime = 7_200_000

    @Option(
        help: ArgumentHelp("How long the answer to a ping may take.", valueName: "milliseconds"),
        transform: FlagValue.integer(1...GRPCOptions.maximumMilliseconds))
    var grpcKeepaliveTimeout = 20_000

    @Option(
        help: ArgumentHelp("Ping clients without calls too, and let them ping.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var grpcKeepalivePermitWithoutCalls = false

    @Option(
        help: ArgumentHelp("Pings sent while nothing else is sent; 0 is no limit.", valueName: "count"),
        transform: FlagValue.integer(0...Int.max))
    var grpcHttp2MaxPingsWithoutData = 2

    @Option(
        help: ArgumentHelp(
            "A client that pings more often while the server sends nothing gets a strike.", valueName: "milliseconds"),
        transform: FlagValue.integer(0...GRPCOptions.maximumMilliseconds))
    var grpcHttp2MinRecvPingIntervalWithoutData = 300_000

    @Option(
        help: ArgumentHelp("More strikes end the connection; 0 allows any number.", valueName: "count"),
        transform: FlagValue.integer(0...Int.max))
    var grpcHttp2MaxPingStrikes = 2

    @Option(
        help: ArgumentHelp(
            "A connection this old takes no further calls; 0 is no limit.", valueName: "milliseconds"),
        transform: FlagValue.integer(0...GRPCOptions.maximumMilliseconds))
    var grpcMaxConnectionAge = 0

    @Option(
        help: ArgumentHelp(
            "What the open calls of such a connection get to finish; 0 is no limit.", valueName: "milliseconds"),
        transform: FlagValue.integer(0...GRPCOptions.maximumMilliseconds))
    var grpcMaxConnectionAgeGrace = 0

    /// Some 31 years: what a clock of nanoseconds can count to, with room to add.
    private static let maximumMilliseconds = 1_000_000_000_000

    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        configuration.servesGRPC = allowGrpc
        guard allowGrpc || configuration.servesHTTP else {
            throw CommandLineError("--allow-http=false and --allow-grpc=false leave nothing to serve.")
        }
        guard !allowGrpc || !grpcAddress.isEmpty else {
            throw CommandLineError("--grpc-address is empty; give an address such as 0.0.0.0.")
        }
        var grpc = GRPCServerConfiguration(host: grpcAddress, port: grpcPort)
        grpc.reusesPort = reuseGrpcPort
        grpc.compression = grpcInferResponseCompressionLevel
        grpc.keepAlive.time = .milliseconds(grpcKeepaliveTime)
        grpc.keepAlive.timeout = .milliseconds(grpcKeepaliveTimeout)
        grpc.keepAlive.permitsWithoutCalls = grpcKeepalivePermitWithoutCalls
        grpc.keepAlive.maximumPingsWithoutData = grpcHttp2MaxPingsWithoutData
        grpc.keepAlive.minimumPingInterval = .milliseconds(grpcHttp2MinRecvPingIntervalWithoutData)
        grpc.keepAlive.maximumPingStrikes = grpcHttp2MaxPingStrikes
        grpc.keepAlive.maximumAge = grpcMaxConnectionAge == 0 ? nil : .milliseconds(grpcMaxConnectionAge)
        grpc.keepAlive.ageGrace = grpcMaxConnectionAgeGrace == 0 ? nil : .milliseconds(grpcMaxConnectionAgeGrace)
        configuration.grpc = grpc
        try checkPorts(configuration)
    }

    private func checkPorts(_ configuration: ServerConfiguration) throws(CommandLineError) {
        let (http, grpc) = (configuration.http, configuration.grpc)
        guard configuration.servesHTTP, configuration.servesGRPC, http.port == grpc.port, http.port != 0,
            http.host == grpc.host
        else { return }
        throw CommandLineError(
            "--http-port and --grpc-port are both \(http.port); give each protocol a port of its own.")
    }
}
