import ArgumentParser
import GRPCFrontend
import HTTPFrontend
import InferenceEngine
import InferenceTypes
import ServerTransport
import ServingProtocol

/// What one client, or one model, may take. Triton has no flags for these.
struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The most connections at one time.", valueName: "count", standard: HTTPLimits().maximumConnections),
        transform: FlagValue.integer(1...10_000_000))
    var httpMaxConnections = HTTPLimits().maximumConnections

    @Option(
        help: ArgumentHelp(
            "The most bytes of a request line and its headers.", valueName: "bytes",
            standard: HTTPLimits().maximumHeaderBytes),
        transform: FlagValue.integer(256...1 << 24))
    var httpMaxHeaderSize = HTTPLimits().maximumHeaderBytes

    @Option(
        help: ArgumentHelp(
            "The most header fields of a request.", valueName: "count", standard: HTTPLimits().maximumHeaderCount),
        transform: FlagValue.integer(1...100_000))
    var httpMaxHeaderCount = HTTPLimits().maximumHeaderCount

    @Option(
        help: ArgumentHelp(
            "The most bytes of an inference request with its binary tensor data.", valueName: "bytes",
            standard: HTTPLimits().maximumInferenceBodyBytes),
        transform: FlagValue.integer(1...Int.max))
    var httpMaxRequestSize = HTTPLimits().maximumInferenceBodyBytes

    @Option(
        help: ArgumentHelp(
            "The most bytes of a streamed response that wait for its client before it is cut off.", valueName: "bytes",
            standard: HTTPLimits().maximumPendingStreamBytes),
        transform: FlagValue.integer(1...Int.max))
    var httpMaxStreamBacklogSize = HTTPLimits().maximumPendingStreamBytes

    @Option(
        help: ArgumentHelp(
            "How long the headers of a request may take to arrive.", valueName: "seconds",
            standard: Int(HTTPLimits().headerTimeout.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var httpHeaderTimeoutSecs = Int(HTTPLimits().headerTimeout.components.seconds)

    @Option(
        help: ArgumentHelp(
            "In what time each kilobyte of a body must arrive.", valueName: "seconds",
            standard: Int(HTTPLimits().bodyProgressInterval.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var httpBodyTimeoutSecs = Int(HTTPLimits().bodyProgressInterval.components.seconds)

    @Option(
        help: ArgumentHelp(
            "How long a client may take nothing of its response.", valueName: "seconds",
            standard: Int(HTTPLimits().writeStallTimeout.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var httpWriteTimeoutSecs = Int(HTTPLimits().writeStallTimeout.components.seconds)

    @Option(
        help: ArgumentHelp(
            "How long a connection may stay open without a request.", valueName: "seconds",
            standard: Int(HTTPLimits().idleTimeout.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var httpIdleTimeoutSecs = Int(HTTPLimits().idleTimeout.components.seconds)

    @Option(
        help: ArgumentHelp(
            "How long what a client still sends is read after its last response, so that it gets to see that.",
            valueName: "seconds", standard: Int(HTTPLimits().closeLinger.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var httpCloseLingerSecs = Int(HTTPLimits().closeLinger.components.seconds)

    @Option(
        help: ArgumentHelp(
            "The most inputs, and the most outputs, of a request.", valueName: "count",
            standard: RequestLimits().maximumTensors),
        transform: FlagValue.integer(1...1_000_000))
    var maxRequestTensors = RequestLimits().maximumTensors

    @Option(
        help: ArgumentHelp(
            "The most dimensions of a tensor in a request.", valueName: "count", standard: RequestLimits().maximumRank),
        transform: FlagValue.integer(1...1_000_000))
    var maxTensorRank = RequestLimits().maximumRank

    @Option(
        help: ArgumentHelp(
            "The most parameters of a request.", valueName: "count", standard: RequestLimits().maximumParameters),
        transform: FlagValue.integer(1...1_000_000))
    var maxRequestParameters = RequestLimits().maximumParameters

    @Option(
        help: ArgumentHelp(
            "The most requests that may wait for one model version.", valueName: "count",
            standard: ServingLimits().maximumQueueSize),
        transform: FlagValue.integer(1...100_000_000))
    var maxQueueSize = ServingLimits().maximumQueueSize

    @Option(
        help: ArgumentHelp(
            "The most sequences of one model version at a time.", valueName: "count",
            standard: ServingLimits().maximumActiveSequences),
        transform: FlagValue.integer(1...100_000_000))
    var maxActiveSequences = ServingLimits().maximumActiveSequences

    @Option(
        help: ArgumentHelp(
            "The most instances of one model version.", valueName: "count", standard: ServingLimits().maximumInstances),
        transform: FlagValue.integer(1...100_000))
    var maxInstances = ServingLimits().maximumInstances

    @Option(
        help: ArgumentHelp(
            "The most shapes that a model may ask to be warmed up for (WARMUP_SHAPES).", valueName: "count",
            standard: ServingLimits().maximumWarmupShapes),
        transform: FlagValue.integer(0...1_000_000))
    var maxWarmupShapes = ServingLimits().maximumWarmupShapes

    @Option(
        help: ArgumentHelp(
            "How long an instance may run shapes before it serves; the rest is left out then.", valueName: "seconds",
            standard: Int(ServingLimits().warmupShapeTime.components.seconds)),
        transform: FlagValue.integer(0...86400))
    var warmupShapesTimeoutSecs = Int(ServingLimits().warmupShapeTime.components.seconds)

    @Option(
        help: ArgumentHelp(
            "The most bytes of request bodies held at one time, over all connections (default: half the memory).",
            valueName: "bytes"),
        transform: FlagValue.integer(1...Int.max))
    var maxRequestMemorySize = BodyBudget.defaultLimit

    @Option(
        help: ArgumentHelp(
            "The most bytes of freed tensor memory that are kept for use again.", valueName: "bytes",
            standard: TensorMemory.defaultLimit),
        transform: FlagValue.integer(0...Int.max))
    var tensorMemoryPoolSize = TensorMemory.defaultLimit

    func apply(to configuration: inout ServerConfiguration) {
        var http = configuration.http.limits
        http.maximumConnections = httpMaxConnections
        http.maximumHeaderBytes = httpMaxHeaderSize
        http.maximumHeaderCount = httpMaxHeaderCount
        http.maximumInferenceBodyBytes = httpMaxRequestSize
        http.maximumPendingStreamBytes = httpMaxStreamBacklogSize
        http.headerTimeout = .seconds(httpHeaderTimeoutSecs)
        http.bodyProgressInterval = .seconds(httpBodyTimeoutSecs)
        http.writeStallTimeout = .seconds(httpWriteTimeoutSecs)
        http.idleTimeout = .seconds(httpIdleTimeoutSecs)
        http.closeLinger = .seconds(httpCloseLingerSecs)
        http.request.maximumTensors = maxRequestTensors
        http.request.maximumRank = maxTensorRank
        http.request.maximumParameters = maxRequestParameters
        configuration.http.limits = http
        configuration.grpc.limits.inference.request = http.request
        configuration.serving.maximumQueueSize = maxQueueSize
        configuration.serving.maximumActiveSequences = maxActiveSequences
        configuration.serving.maximumInstances = maxInstances
        configuration.serving.maximumWarmupShapes = maxWarmupShapes
        configuration.serving.warmupShapeTime = .seconds(warmupShapesTimeoutSecs)
        configuration.requestMemory = maxRequestMemorySize
        configuration.keptTensorMemory = tensorMemoryPoolSize
    }
}
