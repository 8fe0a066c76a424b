import ArgumentParser
import GRPCFrontend
import HTTP2Codec

/// What one gRPC client may take. Triton has no flags for these.
struct GRPCLimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The most gRPC connections at one time.", valueName: "count", standard: GRPCLimits().maximumConnections),
        transform: FlagValue.integer(1...10_000_000))
    var grpcMaxConnections = GRPCLimits().maximumConnections

    @Option(
        help: ArgumentHelp(
            "The most calls of a gRPC connection at one time.", valueName: "count",
            standard: GRPCLimits().http2.maximumStreams),
        transform: FlagValue.integer(1...1_000_000))
    var grpcMaxConcurrentStreams = GRPCLimits().http2.maximumStreams

    @Option(
        help: ArgumentHelp(
            "The most bytes of a gRPC message.", valueName: "bytes", standard: GRPCLimits().maximumMessageBytes),
        transform: FlagValue.integer(1...Int(UInt32.max)))
    var grpcMaxMessageSize = GRPCLimits().maximumMessageBytes

    @Option(
        help: ArgumentHelp(
            "The most bytes that a compressed gRPC message may inflate to.", valueName: "bytes",
            standard: GRPCLimits().maximumInflatedBytes),
        transform: FlagValue.integer(1...Int.max))
    var grpcMaxInflatedSize = GRPCLimits().maximumInflatedBytes

    @Option(
        help: ArgumentHelp(
            "The most bytes of the metadata of a gRPC call.", valueName: "bytes",
            standard: GRPCLimits().http2.headerListByteCount),
        transform: FlagValue.integer(256...1 << 24))
    var grpcMaxHeaderSize = GRPCLimits().http2.headerListByteCount

    @Option(
        help: ArgumentHelp(
            "The most metadata fields of a gRPC call.", valueName: "count",
            standard: GRPCLimits().http2.headerFieldCount),
        transform: FlagValue.integer(1...100_000))
    var grpcMaxHeaderCount = GRPCLimits().http2.headerFieldCount

    @Option(
        help: ArgumentHelp(
            "How long a gRPC client may take to introduce itself.", valueName: "seconds",
            standard: Int(GRPCLimits().handshakeTimeout.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var grpcHandshakeTimeoutSecs = Int(GRPCLimits().handshakeTimeout.components.seconds)

    @Option(
        help: ArgumentHelp(
            "In what time each kilobyte of a gRPC message, and the metadata of a call, must arrive.",
            valueName: "seconds", standard: Int(GRPCLimits().messageProgressInterval.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var grpcMessageTimeoutSecs = Int(GRPCLimits().messageProgressInterval.components.seconds)

    @Option(
        help: ArgumentHelp(
            "How long a gRPC client may take nothing of its answers.", valueName: "seconds",
            standard: Int(GRPCLimits().writeStallTimeout.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var grpcWriteTimeoutSecs = Int(GRPCLimits().writeStallTimeout.components.seconds)

    @Option(
        help: ArgumentHelp(
            "How long a gRPC connection may stay open without a call.", valueName: "seconds",
            standard: Int(GRPCLimits().idleTimeout.components.seconds)),
        transform: FlagValue.integer(1...10_000_000))
    var grpcIdleTimeoutSecs = Int(GRPCLimits().idleTimeout.components.seconds)

    @Option(
        help: ArgumentHelp(
            "How long what a gRPC client still sends is read after its connection has ended, so that it gets to see why.",
            valueName: "seconds", standard: Int(GRPCLimits().closeLinger.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var grpcCloseLingerSecs = Int(GRPCLimits().closeLinger.components.seconds)

    @Option(
        help: ArgumentHelp(
            "The most bytes of a tensor that a gRPC client sends in typed fields.", valueName: "bytes",
            standard: GRPCLimits().inference.maximumTypedBytes),
        transform: FlagValue.integer(1...Int.max))
    var grpcMaxTypedSize = GRPCLimits().inference.maximumTypedBytes

    @Option(
        help: ArgumentHelp(
            "The most requests of a gRPC stream that wait for their responses; further ones are read after that.",
            valueName: "count", standard: GRPCLimits().inference.maximumStreamRequests),
        transform: FlagValue.integer(1...1_000_000))
    var grpcMaxStreamRequests = GRPCLimits().inference.maximumStreamRequests

    @Option(
        help: ArgumentHelp(
            "The most bytes of the requests of a gRPC stream that wait for their responses; further ones are read after that.",
            valueName: "bytes", standard: GRPCLimits().inference.maximumStreamRequestBytes),
        transform: FlagValue.integer(1...Int.max))
    var grpcMaxStreamRequestSize = GRPCLimits().inference.maximumStreamRequestBytes

    @Option(
        help: ArgumentHelp(
            "The most bytes of responses that wait for the client of a gRPC stream before no requests are read from it; "
                + "it is cut off at four times as many.",
            valueName: "bytes", standard: GRPCLimits().inference.maximumUnreadBytes),
        transform: FlagValue.integer(1...Int.max))
    var grpcMaxStreamBacklogSize = GRPCLimits().inference.maximumUnreadBytes

    @Option(
        help: ArgumentHelp(
            "The most bytes of gRPC calls that wait which are received ahead of them, so that the other calls of their "
                + "connection go on.",
            valueName: "bytes", standard: GRPCLimits().maximumHeldBytes),
        transform: FlagValue.integer(0...Int.max))
    var grpcMaxHeldSize = GRPCLimits().maximumHeldBytes

    func apply(to configuration: inout ServerConfiguration) {
        var limits = configuration.grpc.limits
        limits.maximumConnections = grpcMaxConnections
        limits.http2.maximumStreams = grpcMaxConcurrentStreams
        limits.maximumMessageBytes = grpcMaxMessageSize
        limits.maximumInflatedBytes = grpcMaxInflatedSize
        limits.http2.headerListByteCount = grpcMaxHeaderSize
        limits.http2.headerFieldCount = grpcMaxHeaderCount
        limits.handshakeTimeout = .seconds(grpcHandshakeTimeoutSecs)
        limits.messageProgressInterval = .seconds(grpcMessageTimeoutSecs)
        limits.writeStallTimeout = .seconds(grpcWriteTimeoutSecs)
        limits.idleTimeout = .seconds(grpcIdleTimeoutSecs)
        limits.closeLinger = .seconds(grpcCloseLingerSecs)
        limits.inference.maximumTypedBytes = grpcMaxTypedSize
        limits.inference.maximumStreamRequests = grpcMaxStreamRequests
        limits.inference.maximumStreamRequestBytes = grpcMaxStreamRequestSize
        limits.inference.maximumUnreadBytes = grpcMaxStreamBacklogSize
        limits.maximumHeldBytes = grpcMaxHeldSize
        configuration.grpc.limits = limits
    }
}
