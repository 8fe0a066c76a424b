import ModelConfiguration
import ModelRepository

/// A model as the simulation sees it: what it consists of, told by numbers that are new with each content.
struct SimulatedModel: Equatable {
    /// Version -> what its files hold.
    var versions: [Int64: Int]
    /// What the files of all versions hold.
    var shared: Int
    /// The configuration but for what follows.
    var settings: Int
    var policy: ModelVersionPolicy?
    var instances: Int32 = 1
    /// Models that the steps of an ensemble run; empty for other models.
    var composing: [String] = []
    /// The version that the steps ask for; -1 is the latest.
    var required: Int64 = -1
    /// When the directory was last edited.
    var edit: Int
    /// Whether the configuration came with a load request.
    var isOverride = false

    /// The versions that its policy selects, by the policy's definition.
    var selected: Set<Int64> {
        let newestFirst = versions.keys.sorted(by: >)
        switch policy {
        case nil: return Set(newestFirst.prefix(1))
        case .latest(let count)?: return Set(newestFirst.prefix(Int(count)))
        case .all?: return Set(newestFirst)
        case .specific(let list)?: return Set(newestFirst).intersection(list)
        }
    }

    /// Whether a version loaded from this model answers as one loaded from the other would.
    func isAlike(_ other: SimulatedModel, _ version: Int64) -> Bool {
        versions[version] == other.versions[version] && shared == other.shared && settings == other.settings
            && composing == other.composing && required == other.required
    }

    /// How many models of the table the ensemble lacks.
    func lacks(_ serving: (String) -> Set<Int64>) -> Bool {
        composing.contains { name in
            let versions = serving(name)
            return versions.isEmpty || (required != -1 && !versions.contains(required))
        }
    }

    // MARK: As the planner sees it

    func candidate(_ name: String) -> ModelCandidate {
        var children = ["config.pbtxt": Int64(edit), "labels.txt": Int64(shared)]
        for (version, content) in versions { children["\(version)"] = Int64(content) }
        var configuration = ModelConfig()
        configuration.name = name
        configuration.versionPolicy = policy
        configuration.parameters = ["settings": "\(settings)"]
        if composing.isEmpty {
            var group = ModelInstanceGroup()
            group.count = instances
            configuration.instanceGroups = [group]
        } else {
            var ensemble = ModelEnsembling()
            for model in composing {
                var step = ModelEnsembling.Step()
                step.modelName = model
                step.modelVersion = required
                ensemble.steps.append(step)
            }
            configuration.scheduling = .ensemble(ensemble)
        }
        let paths = versions.keys.map { ($0, "/models/\(name)/\($0)") }
        return ModelCandidate(
            directory: ModelDirectory(
                name: name, path: "/models/\(name)", versions: Dictionary(uniqueKeysWithValues: paths),
                configurationPath: "/models/\(name)/config.pbtxt",
                stamps: ModelStamps(directory: Int64(edit), children: children)),
            configuration: configuration, origin: isOverride ? .configurationOverride : .repository)
    }

    init(versions: [Int64: Int], shared: Int, settings: Int, edit: Int) {
        self.versions = versions
        self.shared = shared
        self.settings = settings
        self.edit = edit
    }

    /// Reads back what `candidate` wrote.
    init(_ candidate: ModelCandidate) {
        let children = candidate.directory.stamps.children
        versions = Dictionary(
            uniqueKeysWithValues: candidate.directory.versions.keys.map { ($0, Int(children["\($0)"] ?? 0)) })
        shared = Int(children["labels.txt"] ?? 0)
        settings = Int(candidate.configuration.parameters["settings"] ?? "") ?? 0
        policy = candidate.configuration.versionPolicy
        instances = candidate.configuration.instanceGroups.first?.count ?? 1
        composing = candidate.configuration.ensemble?.steps.map(\.modelName) ?? []
        required = candidate.configuration.ensemble?.steps.first?.modelVersion ?? -1
        edit = Int(candidate.directory.stamps.directory)
        isOverride = candidate.origin == .configurationOverride
    }
}

/// What the simulated repositories hold under a name.
enum SimulatedEntry {
    case model(SimulatedModel)
    case invalid
    case ambiguous
}
