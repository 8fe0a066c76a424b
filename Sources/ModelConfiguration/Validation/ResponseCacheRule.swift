/// A response cache serves only models whose answers depend on nothing but the request.
enum ResponseCacheRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        guard config.responseCache?.enable == true else { return [] }
        var violations: [ConfigurationViolation] = []
        if config.sequenceBatching != nil {
            violations.append(
                .init(
                    "Response Cache does not currently support model \(config.name) with 'sequence_batching' scheduling choice. Please disable the response cache.",
                    at: "response_cache")
            )
        }
        if config.isDecoupled {
            violations.append(
                .init(
                    "Response Cache does not currently support model \(config.name) with 'decoupled' transaction policy. Please disable the response cache.",
                    at: "response_cache")
            )
        }
        return violations
    }
}
