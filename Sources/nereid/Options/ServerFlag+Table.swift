extension ServerFlag {
    /// Every flag that `nereid serve` knows: those of Triton, in the order of its usage text, and Nereid's own.
    static let all: [ServerFlag] =
        general + logging + repository + onDemand + objectStore + http + limits + sharedMemory + grpc + grpcLimits
        + cloud + metrics + tracing
        + backends
        + extensions
        + devices
        + deprecated

    private static let positive = FlagValueKind.integer(1...Int.max)
    private static let natural = FlagValueKind.integer(0...Int.max)
    private static let port = FlagValueKind.integer(0...65535)
    private static let disabled = ["false", "off", "0"]

    private static let general: [ServerFlag] = [
        .acted("id"), .acted("exit-timeout-secs"), .acted("drain-secs"), .acted("exit-idle-secs"),
        .acted("handover-socket"),
    ]

    private static let logging: [ServerFlag] = [
        .acted("log-verbose"), .acted("log-info"), .acted("log-warning"), .acted("log-error"), .acted("log-format"),
        .acted("log-file"),
    ]

    private static let repository: [ServerFlag] = [
        .acted("model-store"), .acted("model-repository"), .acted("exit-on-error"),
        .bare("disable-auto-complete-config"), .acted("strict-readiness"), .acted("model-control-mode"),
        .acted("repository-poll-secs"), .acted("repository-settle-secs"), .acted("repository-max-watches"),
        .acted("load-model"), .acted("model-load-thread-count"),
        .acted("model-load-core-budget"), .acted("model-load-retry-count"), .acted("model-config-name"),
        .acted("model-namespacing"),
        .accepted("enable-peer-access", .boolean, "there is no GPU support yet", silent: disabled),
    ]

    private static let onDemand: [ServerFlag] = [
        .acted("model-memory-budget"), .acted("pin-model"), .acted("model-wait-max-requests"),
        .acted("model-wait-timeout-secs"), .acted("model-min-residence-secs"),
    ]

    private static let objectStore: [ServerFlag] = [
        .acted("object-store-cache-directory"), .acted("object-store-cache-size"), .acted("object-store-max-objects"),
        .acted("object-store-max-size"), .acted("object-store-max-requests"), .acted("object-store-timeout-secs"),
        .acted("object-store-retry-count"),
    ]

    private static let http: [ServerFlag] = [
        .acted("allow-http"), .acted("http-address"), .acted("http-port"), .acted("reuse-http-port"),
        .acted("http-thread-count"), .acted("http-max-input-size"), .acted("http-use-ssl"),
        .acted("http-use-ssl-mutual"), .acted("http-server-cert"), .acted("http-server-key"),
        .acted("http-root-cert"),
        .acted("http-header-forward-pattern"), .acted("http-restricted-api"),
    ]

    private static let limits: [ServerFlag] = [
        .acted("http-max-connections"), .acted("http-max-header-size"), .acted("http-max-header-count"),
        .acted("http-max-request-size"), .acted("http-max-stream-backlog-size"), .acted("http-header-timeout-secs"),
        .acted("http-body-timeout-secs"),
        .acted("http-write-timeout-secs"), .acted("http-idle-timeout-secs"), .acted("http-close-linger-secs"),
        .acted("max-request-tensors"),
        .acted("max-tensor-rank"), .acted("max-request-parameters"), .acted("max-queue-size"),
        .acted("max-active-sequences"), .acted("max-instances"), .acted("max-warmup-shapes"),
        .acted("warmup-shapes-timeout-secs"), .acted("max-request-memory-size"),
        .acted("tensor-memory-pool-size"),
    ]

    private static let sharedMemory: [ServerFlag] = [
        .acted("allow-client-shm"), .acted("client-shm-key-prefix"), .acted("max-shm-regions"),
        .acted("max-shm-bytes"), .acted("max-shm-request-bytes"),
    ]

    private static let noPool = "nothing is pooled that would have to be limited"
    private static let grpc: [ServerFlag] = [
        .acted("allow-grpc"), .acted("grpc-address"), .acted("grpc-port"), .acted("reuse-grpc-port"),
        .acted("grpc-infer-response-compression-level"), .acted("grpc-keepalive-time"),
        .acted("grpc-keepalive-timeout"), .acted("grpc-keepalive-permit-without-calls"),
        .acted("grpc-http2-max-pings-without-data"), .acted("grpc-http2-min-recv-ping-interval-without-data"),
        .acted("grpc-http2-max-ping-strikes"), .acted("grpc-max-connection-age"),
        .acted("grpc-max-connection-age-grace"), .acted("grpc-use-ssl"), .acted("grpc-use-ssl-mutual"),
        .acted("grpc-server-cert"), .acted("grpc-server-key"), .acted("grpc-root-cert"),
        .acted("grpc-header-forward-pattern"), .acted("grpc-restricted-protocol"),
        .accepted(
            "grpc-infer-thread-count", .integer(2...128), "the threads of --http-thread-count serve all protocols"),
        .accepted("grpc-infer-allocation-pool-size", natural, noPool),
        .accepted("grpc-max-response-pool-size", positive, noPool),
    ]

    private static let grpcLimits: [ServerFlag] = [
        .acted("grpc-max-connections"), .acted("grpc-max-concurrent-streams"), .acted("grpc-max-message-size"),
        .acted("grpc-max-inflated-size"), .acted("grpc-max-header-size"), .acted("grpc-max-header-count"),
        .acted("grpc-handshake-timeout-secs"), .acted("grpc-message-timeout-secs"),
        .acted("grpc-write-timeout-secs"), .acted("grpc-idle-timeout-secs"), .acted("grpc-close-linger-secs"),
        .acted("grpc-max-typed-size"), .acted("grpc-max-stream-requests"), .acted("grpc-max-stream-request-size"),
        .acted("grpc-max-stream-backlog-size"), .acted("grpc-max-held-size"), .acted("grpc-max-reset-rate"),
        .acted("grpc-max-ping-rate"), .acted("grpc-max-settings-rate"), .acted("grpc-max-priority-rate"),
        .acted("grpc-max-window-update-rate"), .acted("grpc-max-empty-frame-rate"),
        .acted("grpc-max-continuation-frames"), .acted("grpc-max-queued-control-frames"),
    ]

    private static let noCloud = "the SageMaker and Vertex AI front-ends do not exist here"
    private static let cloud: [ServerFlag] = [
        .accepted("allow-sagemaker", .boolean, noCloud, silent: disabled), .accepted("sagemaker-port", port, noCloud),
        .accepted("sagemaker-safe-port-range", .text, noCloud), .accepted("sagemaker-thread-count", positive, noCloud),
        .accepted("allow-vertex-ai", .boolean, noCloud, silent: disabled), .accepted("vertex-ai-port", port, noCloud),
        .accepted("vertex-ai-thread-count", positive, noCloud), .accepted("vertex-ai-default-model", .text, noCloud),
    ]

    private static let metrics: [ServerFlag] = [
        .acted("allow-metrics"), .acted("allow-cpu-metrics"), .acted("metrics-address"), .acted("metrics-port"),
        .acted("metrics-interval-ms"), .acted("metrics-config"), .acted("metrics-max-connections"),
        .accepted("allow-gpu-metrics", .boolean, noGPU, silent: disabled),
    ]

    private static let tracing: [ServerFlag] = [.acted("trace-config")]

    private static let backends: [ServerFlag] = [
        .acted("backend-config"), .acted("torch-library"),
        .accepted("backend-directory", .text, "backends are built into the server"),
    ]

    private static let extensions: [ServerFlag] = [
        .accepted("repoagent-directory", .text, "there are no repository agents yet"),
        .accepted("cache-config", .setting("<cache name>,<setting>=<value>"), "there is no response cache yet"),
        .accepted("cache-directory", .text, "there is no response cache yet"),
        .accepted("rate-limit", .choice(["off", "execution_count"]), "there is no rate limiter yet", silent: ["off"]),
        .accepted("rate-limit-resource", .text, "there is no rate limiter yet"),
    ]

    private static let noGPU = "there is no GPU support yet"
    private static let devices: [ServerFlag] = [
        .accepted("pinned-memory-pool-byte-size", natural, noGPU, silent: ["0"]),
        .accepted("cuda-memory-pool-byte-size", .text, noGPU), .accepted("cuda-virtual-address-size", .text, noGPU),
        .accepted("min-supported-compute-capability", .number, noGPU),
        .accepted("buffer-manager-thread-count", natural, "tensors are not copied between buffers", silent: ["0"]),
        .accepted(
            "host-policy", .setting("<policy name>,<setting>=<value>"), "instances are not bound to NUMA nodes yet"),
        .accepted("model-load-gpu-limit", .text, noGPU),
    ]

    private static let deprecated: [ServerFlag] = [
        .acted("strict-model-config"),
        .accepted("response-cache-byte-size", natural, "there is no response cache yet", silent: ["0"]),
        .acted("trace-file"), .acted("trace-level"), .acted("trace-rate"), .acted("trace-count"),
        .acted("trace-log-frequency"),
    ]
}
