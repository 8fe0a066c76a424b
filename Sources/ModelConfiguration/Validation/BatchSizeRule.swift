/// `max_batch_size` is not negative.
enum BatchSizeRule {
    static func violations(in config: ModelConfig) -> [String] {
        config.maxBatchSize < 0 ? ["'max_batch_size' must be non-negative value for \(config.name)"] : []
    }
}
