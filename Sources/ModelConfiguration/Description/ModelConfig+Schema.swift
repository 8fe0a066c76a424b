extension ModelConfig: ConfigurationMessage {
    static let schema = MessageSchema<ModelConfig>(
        "ModelConfig",
        [
            .singular("name", 1, \.name),
            .singular("platform", 2, \.platform),
            .singular("backend", 17, \.backend),
            .singular("runtime", 25, \.runtime),
            .optional(
                "version_policy", 3, get: { $0.versionPolicy.map(VersionPolicyMessage.init(policy:)) },
                set: { $0.versionPolicy = $1.policy }),
            .singular("max_batch_size", 4, \.maxBatchSize),
            .repeated("input", 5, \.inputs),
            .repeated("output", 6, \.outputs),
            .repeated("batch_input", 20, \.batchInputs),
            .repeated("batch_output", 21, \.batchOutputs),
            .optional("optimization", 12, \.optimization),
            .optional(
                "dynamic_batching", 11, oneof: "scheduling_choice", get: \.dynamicBatching,
                set: { $0.scheduling = .dynamicBatching($1) }),
            .optional(
                "sequence_batching", 13, oneof: "scheduling_choice", get: \.sequenceBatching,
                set: { $0.scheduling = .sequenceBatching($1) }),
            .optional(
                "ensemble_scheduling", 15, oneof: "scheduling_choice", get: \.ensemble,
                set: { $0.scheduling = .ensemble($1) }),
            .repeated("instance_group", 7, \.instanceGroups),
            .singular("default_model_filename", 8, \.defaultModelFilename),
            .map("cc_model_filenames", 9, \.ccModelFilenames),
            .map("metric_tags", 10, \.metricTags),
            .map("parameters", 14, \.parameters, wrap: ParameterMessage.init(stringValue:), unwrap: \.stringValue),
            .repeated("model_warmup", 16, \.warmup),
            .optional("model_operations", 18, \.operations),
            .optional("model_transaction_policy", 19, \.transactionPolicy),
            .optional("model_repository_agents", 23, \.repositoryAgents),
            .optional("response_cache", 24, \.responseCache),
            .optional("model_metrics", 26, \.metrics),
        ])
}

/// The message `ModelParameter`, whose only field is kept in `ModelConfig.parameters`.
struct ParameterMessage: ConfigurationMessage {
    var stringValue = ""

    static let schema = MessageSchema<ParameterMessage>(
        "ModelParameter", [.singular("string_value", 1, \.stringValue)])
}

extension ModelOperations: ConfigurationMessage {
    static let schema = MessageSchema<ModelOperations>(
        "ModelOperations", [.repeated("op_library_filename", 1, \.opLibraryFilenames)])
}

extension ModelTransactionPolicy: ConfigurationMessage {
    static let schema = MessageSchema<ModelTransactionPolicy>(
        "ModelTransactionPolicy", [.singular("decoupled", 1, \.decoupled)])
}

extension ModelRepositoryAgents: ConfigurationMessage {
    static let schema = MessageSchema<ModelRepositoryAgents>(
        "ModelRepositoryAgents", [.repeated("agents", 1, \.agents)])
}

extension ModelRepositoryAgents.Agent: ConfigurationMessage {
    static let schema = MessageSchema<ModelRepositoryAgents.Agent>(
        "ModelRepositoryAgents.Agent", [.singular("name", 1, \.name), .map("parameters", 2, \.parameters)])
}

extension ModelResponseCache: ConfigurationMessage {
    static let schema = MessageSchema<ModelResponseCache>(
        "ModelResponseCache", [.singular("enable", 1, \.enable)])
}
