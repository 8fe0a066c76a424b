/// A response cache serves only models whose answers depend on nothing but the request.
enum ResponseCacheRule {
    static func violations(in config: ModelConfig) -> [String] {
        guard config.responseCache?.enable == true else { return [] }
        var violations: [String] = []
        if config.sequenceBatching != nil {
            violations.append(
                "Response Cache does not currently support model \(config.name) with 'sequence_batching' scheduling choice. Please disable the response cache."
            )
        }
        if config.isDecoupled {
            violations.append(
                "Response Cache does not currently support model \(config.name) with 'decoupled' transaction policy. Please disable the response cache."
            )
        }
        return violations
    }
}
