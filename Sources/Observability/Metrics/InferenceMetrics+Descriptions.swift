import InferenceEngine
import MetricsExposition

// Names and texts are Triton's: dashboards and alerts refer to them.
extension InferenceMetrics {
    static let successes = MetricDescription(
        .counter, "nv_inference_request_success", "Number of successful inference requests, all batch sizes")
    static let failures = MetricDescription(
        .counter, "nv_inference_request_failure", "Number of failed inference requests, all batch sizes")
    static let inferences = MetricDescription(
        .counter, "nv_inference_count", "Number of inferences performed (does not include cached requests)")
    static let executions = MetricDescription(
        .counter, "nv_inference_exec_count",
        "Number of model executions performed (does not include cached requests)")

    static let requestDuration = MetricDescription(
        .counter, "nv_inference_request_duration_us",
        "Cumulative inference request duration in microseconds (includes cached requests)")
    static let queueDuration = MetricDescription(
        .counter, "nv_inference_queue_duration_us",
        "Cumulative inference queuing duration in microseconds (includes cached requests)")
    static let computeInputDuration = MetricDescription(
        .counter, "nv_inference_compute_input_duration_us",
        "Cumulative compute input duration in microseconds (does not include cached requests)")
    static let computeInferDuration = MetricDescription(
        .counter, "nv_inference_compute_infer_duration_us",
        "Cumulative compute inference duration in microseconds (does not include cached requests)")
    static let computeOutputDuration = MetricDescription(
        .counter, "nv_inference_compute_output_duration_us",
        "Cumulative inference compute output duration in microseconds (does not include cached requests)")

    static let pendingRequests = MetricDescription(
        .gauge, "nv_inference_pending_request_count",
        "Instantaneous number of pending requests awaiting execution per-model.")
    static let loadDuration = MetricDescription(
        .gauge, "nv_model_load_duration_secs", "Model load time in seconds")

    static let firstResponse = MetricDescription(
        .histogram, LatencyDistributions.firstResponseFamily,
        "Duration from request to first response in milliseconds")
    static let requestSummary = MetricDescription(
        .summary, "nv_inference_request_summary_us",
        "Summary of inference request duration in microseconds (includes cached requests)")
    static let queueSummary = MetricDescription(
        .summary, "nv_inference_queue_summary_us",
        "Summary of inference queuing duration in microseconds (includes cached requests)")
    static let computeInputSummary = MetricDescription(
        .summary, "nv_inference_compute_input_summary_us",
        "Cumulative compute input duration in microseconds (does not include cached requests)")
    static let computeInferSummary = MetricDescription(
        .summary, "nv_inference_compute_infer_summary_us",
        "Cumulative compute inference duration in microseconds (does not include cached requests)")
    static let computeOutputSummary = MetricDescription(
        .summary, "nv_inference_compute_output_summary_us",
        "Cumulative inference compute output duration in microseconds (does not include cached requests)")
}
