/// `platform` and `backend` are known and belong together.
enum PlatformRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        let isEnsemble = config.platform == ModelConfig.ensemblePlatform
        if config.backend.isEmpty, !isEnsemble {
            return [.init("unexpected platform type '\(config.platform)' for \(config.name)", at: "platform")]
        }
        if !config.backend.isEmpty, isEnsemble {
            return [
                .init(
                    "Ensemble model '\(config.name)' must have platform type '\(config.platform)' and empty backend type",
                    at: "backend")
            ]
        }
        let ofPlatform = KnownBackend.all.first { $0.answers(toPlatform: config.platform) }?.name
        // Backends without a platform of their own take any.
        let ofBackend = KnownBackend.all.first { $0.name == config.backend && $0.platform != nil }?.name
        guard ofPlatform != ofBackend else { return [] }
        return [
            .init("unexpected 'platform' and 'backend' pair, got:\(config.platform), \(config.backend)", at: "platform")
        ]
    }
}
