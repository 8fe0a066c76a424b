import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the models of a repository over the KServe v2 protocol.",
        discussion: """
            Flags have the names, values and defaults of Triton Inference Server. Flags of Triton that have no effect \
            here are accepted with a warning. A value follows '=' or a space; booleans are true, false, on, off, 1, 0.
            """)

    @OptionGroup(title: "Server")
    var general: GeneralOptions

    @OptionGroup(title: "Model repository")
    var repository: RepositoryOptions

    @OptionGroup(title: "On-demand models, which load at first use")
    var onDemand: OnDemandOptions

    @OptionGroup(title: "Model repositories in object stores")
    var objectStore: ObjectStoreOptions

    @OptionGroup(title: "HTTP")
    var http: HTTPOptions

    @OptionGroup(title: "TLS of HTTP; changed files are taken up without a restart")
    var httpTLS: HTTPTLSOptions

    @OptionGroup(title: "gRPC")
    var grpc: GRPCOptions

    @OptionGroup(title: "TLS of gRPC; changed files are taken up without a restart")
    var grpcTLS: GRPCTLSOptions

    @OptionGroup(title: "Metrics")
    var metrics: MetricsOptions

    @OptionGroup(title: "Limits")
    var limits: LimitOptions

    @OptionGroup(title: "Limits of gRPC")
    var grpcLimits: GRPCLimitOptions

    @OptionGroup(title: "Limits of HTTP/2 frames; a client over a rate has its connection ended")
    var frameLimits: FrameLimitOptions

    @OptionGroup(title: "Access")
    var access: AccessOptions

    @OptionGroup(title: "Trace")
    var trace: TraceOptions

    @OptionGroup(title: "Shared memory")
    var sharedMemory: SharedMemoryOptions

    @OptionGroup(title: "Backends")
    var backends: BackendOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    /// Everything the options say, as one value. `warnings` come from the first pass over the arguments.
    func serverConfiguration(warnings: [String] = []) throws(CommandLineError) -> ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.warnings = warnings
        general.apply(to: &configuration)
        logging.apply(to: &configuration)
        try repository.apply(to: &configuration)
        try onDemand.apply(to: &configuration)
        objectStore.apply(to: &configuration)
        try http.apply(to: &configuration)
        try httpTLS.apply(to: &configuration)
        try grpc.apply(to: &configuration)
        try grpcTLS.apply(to: &configuration)
        limits.apply(to: &configuration)
        grpcLimits.apply(to: &configuration)
        frameLimits.apply(to: &configuration)
        try access.apply(to: &configuration)
        try trace.apply(to: &configuration)
        try metrics.apply(to: &configuration)
        sharedMemory.apply(to: &configuration)
        try backends.apply(to: &configuration)
        return configuration
    }
}
