import InferenceEngine
import MetricsExposition
import ModelConfiguration

extension MetricLabels {
    /// The model, its version, and the tags of its configuration.
    init(_ servable: any Servable) {
        self = ["model": servable.name, "version": String(servable.version)]
        for (tag, value) in servable.configuration.metricTags.sorted(by: { $0.key < $1.key }) {
            add("_" + tag, value)
        }
    }
}
