/// `max_batch_size` is not negative.
enum BatchSizeRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        config.maxBatchSize < 0
            ? [.init("'max_batch_size' must be non-negative value for \(config.name)", at: "max_batch_size")] : []
    }
}
