import InferenceEngine
import InferenceTypes
import Logging
import ModelConfiguration
import ServingProtocol
import Synchronization

/// A service that answers what a test tells it to, and records what is asked of the repository.
final class ScriptedService: InferenceService {
    private struct State {
        var isReady = true
        var readyModels: Set<String> = []
        var knownModels: Set<String> = []
        var calls: [String] = []
    }

    let serverMetadata = ServerMetadata(name: "nereid", version: "1.2", extensions: ["statistics", "logging"])
    let isLive = true
    let sharedMemory: SharedMemoryRegistry
    let log: any LogControl = LogSettingsStore()
    let tracing = TraceSettingsTable(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    private let state = Mutex(State())
    private let configurations: [String: ModelConfig]
    private let snapshots: [ModelStatisticsSnapshot]

    init(
        configurations: [ModelConfig] = [], snapshots: [ModelStatisticsSnapshot] = [],
        sharesMemory: Bool = false
    ) {
        var memory = SharedMemorySettings()
        memory.isAllowed = sharesMemory
        sharedMemory = SharedMemoryRegistry(settings: memory)
        self.configurations = Dictionary(uniqueKeysWithValues: configurations.map { ($0.name, $0) })
        self.snapshots = snapshots
    }

    /// What was asked of the repository and of the statistics.
    var calls: [String] { state.withLock { $0.calls } }

    var isReady: Bool {
        get { state.withLock { $0.isReady } }
        set { state.withLock { $0.isReady = newValue } }
    }

    func setModel(_ name: String, isReady: Bool) {
        state.withLock { state in
            state.knownModels.insert(name)
            if isReady { state.readyModels.insert(name) } else { state.readyModels.remove(name) }
        }
    }

    func isModelReady(_ name: String, version: Int64?) -> Bool {
        state.withLock { $0.readyModels.contains(name) } && (version ?? 1) == 1
    }

    func isModelKnown(_ name: String) -> Bool { state.withLock { $0.knownModels.contains(name) } }

    func model(_ name: String, version: Int64?) throws(ServingError) -> any Servable {
        guard let configuration = configurations[name] else {
            throw ServingError(.notFound, "Request for unknown model: '\(name)' is not found")
        }
        return ScriptedServable(configuration)
    }

    func modelMetadata(_ name: String, version: Int64?) throws(ServingError) -> ModelMetadata {
        let configuration = try modelConfiguration(name, version: version)
        return ModelMetadata(
            name: name, versions: version.map { [$0] } ?? [1, 3], platform: configuration.backend,
            inputs: [.init(name: "IN", dataType: .bytes, shape: [-1, 16])],
            outputs: [.init(name: "OUT", dataType: .fp32, shape: [2])])
    }

    func modelConfiguration(_ name: String, version: Int64?) throws(ServingError) -> ModelConfig {
        guard let configuration = configurations[name] else {
            throw ServingError(.notFound, "Request for unknown model: '\(name)' is not found")
        }
        return configuration
    }

    func statistics(model: String?, version: Int64?) throws(ServingError) -> [ModelStatisticsSnapshot] {
        record("statistics \(model ?? "-") \(version.map(String.init) ?? "-")")
        return snapshots
    }

    func repositoryIndex(readyOnly: Bool) async throws(ServingError) -> [ModelIndexEntry] {
        record("index \(readyOnly)")
        return [
            ModelIndexEntry(name: "a", version: 1, state: .ready),
            ModelIndexEntry(name: "b", version: 2, state: .unavailable, reason: "unloaded"),
            ModelIndexEntry(name: "c"),
        ]
    }

    func loadModel(_ name: String, parameters: ModelLoadParameters) async throws(ServingError) {
        let files = parameters.files.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        record("load \(name) \(parameters.configurationJSON ?? "-") \(files.joined(separator: " "))")
        if name == "nosuch" {
            throw ServingError(.internal, "failed to load 'nosuch', failed to poll from model repository")
        }
    }

    func unloadModel(_ name: String, unloadDependents: Bool) async throws(ServingError) {
        record("unload \(name) \(unloadDependents)")
    }

    private func record(_ call: String) { state.withLock { $0.calls.append(call) } }
}
