import InferenceTypes

extension ModelQueuePolicy: ConfigurationMessage {
    static let schema = MessageSchema<ModelQueuePolicy>(
        "ModelQueuePolicy",
        [
            .singular("timeout_action", 1, \.timeoutAction),
            .singular("default_timeout_microseconds", 2, \.defaultTimeoutMicroseconds),
            .singular("allow_timeout_override", 3, \.allowTimeoutOverride),
            .singular("max_queue_size", 4, \.maxQueueSize),
        ])
}

extension ModelDynamicBatching: ConfigurationMessage {
    static let schema = MessageSchema<ModelDynamicBatching>(
        "ModelDynamicBatching",
        [
            .repeated("preferred_batch_size", 1, \.preferredBatchSizes),
            .singular("max_queue_delay_microseconds", 2, \.maxQueueDelayMicroseconds),
            .singular("preserve_ordering", 3, \.preserveOrdering),
            .singular("priority_levels", 4, \.priorityLevels),
            .singular("default_priority_level", 5, \.defaultPriorityLevel),
            .optional("default_queue_policy", 6, \.defaultQueuePolicy),
            .map("priority_queue_policy", 7, \.priorityQueuePolicy),
        ])
}

extension ModelEnsembling: ConfigurationMessage {
    static let schema = MessageSchema<ModelEnsembling>(
        "ModelEnsembling",
        [
            .repeated("step", 1, \.steps),
            .singular("max_inflight_requests", 2, \.maxInflightRequests, isOmittedByDefault: true),
        ])
}

extension ModelEnsembling.Step: ConfigurationMessage {
    static let schema = MessageSchema<ModelEnsembling.Step>(
        "ModelEnsembling.Step",
        [
            .singular("model_name", 1, \.modelName),
            .singular("model_version", 2, \.modelVersion),
            .map("input_map", 3, \.inputMap),
            .map("output_map", 4, \.outputMap),
            .singular("model_namespace", 5, \.modelNamespace),
        ])
}

extension ModelSequenceBatching: ConfigurationMessage {
    static let schema = MessageSchema<ModelSequenceBatching>(
        "ModelSequenceBatching",
        [
            .optional(
                "direct", 3, oneof: "strategy_choice",
                get: { if case .direct(let direct)? = $0.strategy { direct } else { nil } },
                set: { $0.strategy = .direct($1) }),
            .optional(
                "oldest", 4, oneof: "strategy_choice",
                get: { if case .oldest(let oldest)? = $0.strategy { oldest } else { nil } },
                set: { $0.strategy = .oldest($1) }),
            .singular("max_sequence_idle_microseconds", 1, \.maxSequenceIdleMicroseconds),
            .repeated("control_input", 2, \.controlInputs),
            .repeated("state", 5, \.states),
            .singular("iterative_sequence", 6, \.iterativeSequence),
        ])
}

extension ModelSequenceBatching.Direct: ConfigurationMessage {
    static let schema = MessageSchema<ModelSequenceBatching.Direct>(
        "ModelSequenceBatching.StrategyDirect",
        [
            .singular("max_queue_delay_microseconds", 1, \.maxQueueDelayMicroseconds),
            .singular("minimum_slot_utilization", 2, \.minimumSlotUtilization),
        ])
}

extension ModelSequenceBatching.Oldest: ConfigurationMessage {
    static let schema = MessageSchema<ModelSequenceBatching.Oldest>(
        "ModelSequenceBatching.StrategyOldest",
        [
            .singular("max_candidate_sequences", 1, \.maxCandidateSequences),
            .repeated("preferred_batch_size", 2, \.preferredBatchSizes),
            .singular("max_queue_delay_microseconds", 3, \.maxQueueDelayMicroseconds),
            .singular("preserve_ordering", 4, \.preserveOrdering),
        ])
}

extension ModelSequenceBatching.ControlInput: ConfigurationMessage {
    static let schema = MessageSchema<ModelSequenceBatching.ControlInput>(
        "ModelSequenceBatching.ControlInput",
        [.singular("name", 1, \.name), .repeated("control", 2, \.controls)])
}

extension ModelSequenceBatching.Control: ConfigurationMessage {
    static let schema = MessageSchema<ModelSequenceBatching.Control>(
        "ModelSequenceBatching.Control",
        [
            .singular("kind", 1, \.kind),
            .repeated("int32_false_true", 2, \.int32FalseTrue),
            .repeated("fp32_false_true", 3, \.fp32FalseTrue),
            .repeated("bool_false_true", 5, \.boolFalseTrue),
            .singular("data_type", 4, \.dataType),
        ])
}

extension ModelSequenceBatching.State: ConfigurationMessage {
    static let schema = MessageSchema<ModelSequenceBatching.State>(
        "ModelSequenceBatching.State",
        [
            .singular("input_name", 1, \.inputName),
            .singular("output_name", 2, \.outputName),
            .singular("data_type", 3, \.dataType),
            .repeated("dims", 4, \.dims.dimensions),
            .repeated("initial_state", 5, \.initialStates),
            .singular("use_same_buffer_for_input_output", 6, \.useSameBufferForInputOutput),
            .singular("use_growable_memory", 7, \.useGrowableMemory),
        ])
}

extension ModelSequenceBatching.InitialState: ConfigurationMessage {
    static let schema = MessageSchema<ModelSequenceBatching.InitialState>(
        "ModelSequenceBatching.InitialState",
        [
            .singular("data_type", 1, \.dataType),
            .repeated("dims", 2, \.dims.dimensions),
            .optional(
                "zero_data", 3, oneof: "state_data",
                get: { if case .zeroData(let flag)? = $0.content { flag } else { nil } },
                set: { $0.content = .zeroData($1) }),
            .optional(
                "data_file", 4, oneof: "state_data",
                get: { if case .dataFile(let file)? = $0.content { file } else { nil } },
                set: { $0.content = .dataFile($1) }),
            .singular("name", 5, \.name),
        ])
}
