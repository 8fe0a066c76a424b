import ArgumentParser
import GRPCFrontend
import HTTP2Codec

/// How many frames that cost it little one gRPC client may send. Triton has no flags for these.
struct FrameLimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How many calls a client may reset at once, and then each second. Each answered call allows one more.",
            valueName: FlagValue.rateForm, standard: GRPCLimits().http2.resets),
        transform: FlagValue.rate)
    var grpcMaxResetRate = GRPCLimits().http2.resets

    @Option(
        help: ArgumentHelp(
            "How many pings a client may send without data. One ping is free whenever data has gone or come.",
            valueName: FlagValue.rateForm, standard: GRPCLimits().http2.pings),
        transform: FlagValue.rate)
    var grpcMaxPingRate = GRPCLimits().http2.pings

    @Option(
        help: ArgumentHelp(
            "How many SETTINGS frames a client may send.", valueName: FlagValue.rateForm,
            standard: GRPCLimits().http2.settings),
        transform: FlagValue.rate)
    var grpcMaxSettingsRate = GRPCLimits().http2.settings

    @Option(
        help: ArgumentHelp(
            "How many PRIORITY and GOAWAY frames, and others that ask for nothing. Each call allows four more.",
            valueName: FlagValue.rateForm, standard: GRPCLimits().http2.priorities),
        transform: FlagValue.rate)
    var grpcMaxPriorityRate = GRPCLimits().http2.priorities

    @Option(
        help: ArgumentHelp(
            "How many WINDOW_UPDATE frames. Each call allows four more, each DATA frame sent ten.",
            valueName: FlagValue.rateForm, standard: GRPCLimits().http2.windowUpdates),
        transform: FlagValue.rate)
    var grpcMaxWindowUpdateRate = GRPCLimits().http2.windowUpdates

    @Option(
        help: ArgumentHelp(
            "How many DATA frames without data.", valueName: FlagValue.rateForm,
            standard: GRPCLimits().http2.emptyFrames),
        transform: FlagValue.rate)
    var grpcMaxEmptyFrameRate = GRPCLimits().http2.emptyFrames

    @Option(
        help: ArgumentHelp(
            "The most CONTINUATION frames of one call.", valueName: "count",
            standard: GRPCLimits().http2.continuationFrames),
        transform: FlagValue.integer(0...1_000_000))
    var grpcMaxContinuationFrames = GRPCLimits().http2.continuationFrames

    @Option(
        help: ArgumentHelp(
            "The most frames, such as the answers to pings, that wait for a client that does not read.",
            valueName: "count", standard: GRPCLimits().http2.queuedControlFrames),
        transform: FlagValue.integer(1...1_000_000))
    var grpcMaxQueuedControlFrames = GRPCLimits().http2.queuedControlFrames

    func apply(to configuration: inout ServerConfiguration) {
        var limits = configuration.grpc.limits.http2
        limits.resets = grpcMaxResetRate
        limits.pings = grpcMaxPingRate
        limits.settings = grpcMaxSettingsRate
        limits.priorities = grpcMaxPriorityRate
        limits.windowUpdates = grpcMaxWindowUpdateRate
        limits.emptyFrames = grpcMaxEmptyFrameRate
        limits.continuationFrames = grpcMaxContinuationFrames
        limits.queuedControlFrames = grpcMaxQueuedControlFrames
        configuration.grpc.limits.http2 = limits
    }
}
