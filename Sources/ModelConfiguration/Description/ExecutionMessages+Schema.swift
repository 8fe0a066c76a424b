import InferenceTypes

extension ModelInstanceGroup: ConfigurationMessage {
    static let schema = MessageSchema<ModelInstanceGroup>(
        "ModelInstanceGroup",
        [
            .singular("name", 1, \.name),
            .singular("kind", 4, \.kind),
            .singular("count", 2, \.count),
            .optional("rate_limiter", 6, \.rateLimiter),
            .repeated("gpus", 3, \.gpus),
            .repeated("secondary_devices", 8, \.secondaryDevices),
            .repeated("profile", 5, \.profiles),
            .singular("passive", 7, \.passive),
            .singular("host_policy", 9, \.hostPolicy),
        ])
}

extension ModelInstanceGroup.RateLimiter: ConfigurationMessage {
    static let schema = MessageSchema<ModelInstanceGroup.RateLimiter>(
        "ModelRateLimiter", [.repeated("resources", 1, \.resources), .singular("priority", 2, \.priority)])
}

extension ModelInstanceGroup.RateLimiter.Resource: ConfigurationMessage {
    static let schema = MessageSchema<ModelInstanceGroup.RateLimiter.Resource>(
        "ModelRateLimiter.Resource",
        [.singular("name", 1, \.name), .singular("global", 2, \.isGlobal), .singular("count", 3, \.count)])
}

extension ModelInstanceGroup.SecondaryDevice: ConfigurationMessage {
    static let schema = MessageSchema<ModelInstanceGroup.SecondaryDevice>(
        "ModelInstanceGroup.SecondaryDevice", [.singular("kind", 1, \.kind), .singular("device_id", 2, \.deviceID)])
}

extension ModelOptimizationPolicy: ConfigurationMessage {
    static let schema = MessageSchema<ModelOptimizationPolicy>(
        "ModelOptimizationPolicy",
        [
            .optional("graph", 1, \.graph),
            .singular("priority", 2, \.priority),
            .optional("cuda", 3, \.cuda),
            .optional("execution_accelerators", 4, \.executionAccelerators),
            .optional("input_pinned_memory", 5, \.inputPinnedMemory),
            .optional("output_pinned_memory", 6, \.outputPinnedMemory),
            .singular("gather_kernel_buffer_threshold", 7, \.gatherKernelBufferThreshold),
            .singular("eager_batching", 8, \.eagerBatching),
        ])
}

extension ModelOptimizationPolicy.Graph: ConfigurationMessage {
    static let schema = MessageSchema<ModelOptimizationPolicy.Graph>(
        "ModelOptimizationPolicy.Graph", [.singular("level", 1, \.level)])
}

extension ModelOptimizationPolicy.PinnedMemoryBuffer: ConfigurationMessage {
    static let schema = MessageSchema<ModelOptimizationPolicy.PinnedMemoryBuffer>(
        "ModelOptimizationPolicy.PinnedMemoryBuffer", [.singular("enable", 1, \.enable)])
}

extension ModelOptimizationPolicy.ExecutionAccelerators: ConfigurationMessage {
    static let schema = MessageSchema<ModelOptimizationPolicy.ExecutionAccelerators>(
        "ModelOptimizationPolicy.ExecutionAccelerators",
        [.repeated("gpu_execution_accelerator", 1, \.gpu), .repeated("cpu_execution_accelerator", 2, \.cpu)])
}

extension ModelOptimizationPolicy.ExecutionAccelerators.Accelerator: ConfigurationMessage {
    static let schema = MessageSchema<ModelOptimizationPolicy.ExecutionAccelerators.Accelerator>(
        "ModelOptimizationPolicy.ExecutionAccelerators.Accelerator",
        [.singular("name", 1, \.name), .map("parameters", 2, \.parameters)])
}

extension ModelOptimizationPolicy.CUDA: ConfigurationMessage {
    static let schema = MessageSchema<ModelOptimizationPolicy.CUDA>(
        "ModelOptimizationPolicy.Cuda",
        [
            .singular("graphs", 1, \.graphs),
            .singular("busy_wait_events", 2, \.busyWaitEvents),
            .repeated("graph_spec", 3, \.graphSpecs),
            .singular("output_copy_stream", 4, \.outputCopyStream),
        ])
}

extension ModelOptimizationPolicy.CUDA.GraphSpec: ConfigurationMessage {
    static let schema = MessageSchema<ModelOptimizationPolicy.CUDA.GraphSpec>(
        "ModelOptimizationPolicy.Cuda.GraphSpec",
        [
            .singular("batch_size", 1, \.batchSize),
            .map(
                "input", 2, \.inputs, wrap: { GraphShapeMessage(dimensions: $0.dimensions) },
                unwrap: { Shape($0.dimensions) }),
            .optional("graph_lower_bound", 3, \.graphLowerBound),
        ])
}

extension ModelOptimizationPolicy.CUDA.LowerBound: ConfigurationMessage {
    static let schema = MessageSchema<ModelOptimizationPolicy.CUDA.LowerBound>(
        "ModelOptimizationPolicy.Cuda.GraphSpec.LowerBound",
        [
            .singular("batch_size", 1, \.batchSize),
            .map(
                "input", 2, \.inputs, wrap: { GraphShapeMessage(dimensions: $0.dimensions) },
                unwrap: { Shape($0.dimensions) }),
        ])
}

/// The message `GraphSpec.Shape`, kept as a `Shape`.
struct GraphShapeMessage: ConfigurationMessage {
    var dimensions: [Int64] = []
    static let schema = MessageSchema<GraphShapeMessage>(
        "ModelOptimizationPolicy.Cuda.GraphSpec.Shape", [.repeated("dim", 1, \.dimensions)])
}

extension ModelMetrics: ConfigurationMessage {
    static let schema = MessageSchema<ModelMetrics>(
        "ModelMetrics", [.repeated("metric_control", 1, \.metricControls)])
}

extension ModelMetrics.MetricControl: ConfigurationMessage {
    static let schema = MessageSchema<ModelMetrics.MetricControl>(
        "ModelMetrics.MetricControl",
        [
            .optional(
                "metric_identifier", 1, get: { $0.family.map(MetricIdentifierMessage.init(family:)) },
                set: { $0.family = $1.family }),
            .optional(
                "histogram_options", 2, oneof: "metric_options",
                get: { $0.histogramBuckets.map(HistogramOptionsMessage.init(buckets:)) },
                set: { $0.histogramBuckets = $1.buckets }),
        ])
}

/// The message `MetricIdentifier`, kept as its one field.
struct MetricIdentifierMessage: ConfigurationMessage {
    var family = ""
    static let schema = MessageSchema<MetricIdentifierMessage>(
        "ModelMetrics.MetricControl.MetricIdentifier", [.singular("family", 1, \.family)])
}

/// The message `HistogramOptions`, kept as its one field.
struct HistogramOptionsMessage: ConfigurationMessage {
    var buckets: [Double] = []
    static let schema = MessageSchema<HistogramOptionsMessage>(
        "ModelMetrics.MetricControl.HistogramOptions", [.repeated("buckets", 1, \.buckets)])
}
