import ArgumentParser
import GRPCFrontend

/// What one gRPC client may take. Triton has no flags for these.
struct GRPCLimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The most gRPC connections at one time.", valueName: "count"),
        transform: FlagValue.integer(1...10_000_000))
    var grpcMaxConnections = GRPCLimits().maximumConnections

    @Option(
        help: ArgumentHelp("The most calls of a gRPC connection at one time.", valueName: "count"),
        transform: FlagValue.integer(1...1_000_000))
    var grpcMaxConcurrentStreams = GRPCLimits().maximumConcurrentCalls

    @Option(
        help: ArgumentHelp("The most bytes of a gRPC message.", valueName: "bytes"),
        transform: FlagValue.integer(1...Int(UInt32.max)))
    var grpcMaxMessageSize = GRPCLimits().maximumMessageBytes

    @Option(
        help: ArgumentHelp("The most bytes that a compressed gRPC message may inflate to.", valueName: "bytes"),
        transform: FlagValue.integer(1...Int.max))
    var grpcMaxInflatedSize = GRPCLimits().maximumInflatedBytes

    @Option(
        help: ArgumentHelp("The most bytes of the metadata of a gRPC call.", valueName: "bytes"),
        transform: FlagValue.integer(256...1 << 24))
    var grpcMaxHeaderSize = GRPCLimits().maximumHeaderBytes

    @Option(
        help: ArgumentHelp("The most metadata fields of a gRPC call.", valueName: "count"),
        transform: FlagValue.integer(1...100_000))
    var grpcMaxHeaderCount = GRPCLimits().maximumHeaderCount

    @Option(
        help: ArgumentHelp("How long a gRPC client may take to introduce itself.", valueName: "seconds"),
        transform: FlagValue.integer(1...86400))
    var grpcHandshakeTimeoutSecs = Int(GRPCLimits().handshakeTimeout.components.seconds)

    @Option(
        help: ArgumentHelp(
            "In what time each kilobyte of a gRPC message, and the metadata of a call, must arrive.",
            valueName: "seconds"),
        transform: FlagValue.integer(1...86400))
    var grpcMessageTimeoutSecs = Int(GRPCLimits().messageProgressInterval.components.seconds)

    @Option(
        help: ArgumentHelp("How long a gRPC client may take nothing of its answers.", valueName: "seconds"),
        transform: FlagValue.integer(1...86400))
    var grpcWriteTimeoutSecs = Int(GRPCLimits().writeStallTimeout.components.seconds)

    @Option(
        help: ArgumentHelp("How long a gRPC connection may stay open without a call.", valueName: "seconds"),
        transform: FlagValue.integer(1...10_000_000))
    var grpcIdleTimeoutSecs = Int(GRPCLimits().idleTimeout.components.seconds)

    func apply(to configuration: inout ServerConfiguration) {
        var limits = configuration.grpc.limits
        limits.maximumConnections = grpcMaxConnections
        limits.maximumConcurrentCalls = grpcMaxConcurrentStreams
        limits.maximumMessageBytes = grpcMaxMessageSize
        limits.maximumInflatedBytes = grpcMaxInflatedSize
        limits.maximumHeaderBytes = grpcMaxHeaderSize
        limits.maximumHeaderCount = grpcMaxHeaderCount
        limits.handshakeTimeout = .seconds(grpcHandshakeTimeoutSecs)
        limits.messageProgressInterval = .seconds(grpcMessageTimeoutSecs)
        limits.writeStallTimeout = .seconds(grpcWriteTimeoutSecs)
        limits.idleTimeout = .seconds(grpcIdleTimeoutSecs)
        configuration.grpc.limits = limits
    }
}
