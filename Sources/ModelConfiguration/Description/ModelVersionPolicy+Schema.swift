/// The message `ModelVersionPolicy`. Its one oneof is the enum `ModelVersionPolicy`; none set means no policy.
struct VersionPolicyMessage: ConfigurationMessage {
    var policy: ModelVersionPolicy?

    static let schema = MessageSchema<VersionPolicyMessage>(
        "ModelVersionPolicy",
        [
            .optional(
                "latest", 1, oneof: "policy_choice",
                get: { if case .latest(let count)? = $0.policy { Latest(versionCount: count) } else { nil } },
                set: { $0.policy = .latest(count: $1.versionCount) }),
            .optional(
                "all", 2, oneof: "policy_choice", get: { if case .all? = $0.policy { All() } else { nil } },
                set: { message, _ in message.policy = .all }),
            .optional(
                "specific", 3, oneof: "policy_choice",
                get: { if case .specific(let versions)? = $0.policy { Specific(versions: versions) } else { nil } },
                set: { $0.policy = .specific($1.versions) }),
        ])

    struct Latest: ConfigurationMessage {
        var versionCount: UInt32 = 0
        static let schema = MessageSchema<Latest>(
            "ModelVersionPolicy.Latest", [.singular("num_versions", 1, \.versionCount)])
    }

    struct All: ConfigurationMessage {
        static let schema = MessageSchema<All>("ModelVersionPolicy.All", [])
    }

    struct Specific: ConfigurationMessage {
        var versions: [Int64] = []
        static let schema = MessageSchema<Specific>(
            "ModelVersionPolicy.Specific", [.repeated("versions", 1, \.versions)])
    }
}
