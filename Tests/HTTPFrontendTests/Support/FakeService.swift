import InferenceEngine
import InferenceTypes
import Logging
import ModelConfiguration
import ServingProtocol
import Synchronization

/// A service with the models it is given, which records what is asked of the repository.
final class FakeService: InferenceService {
    private let models: [String: FakeServable]
    private let recorded = Mutex<[String]>([])
    private let ready = Mutex(true)

    init(
        _ models: [FakeServable] = [FakeServable("echo")], sharedMemory: SharedMemoryRegistry = SharedMemoryRegistry()
    ) {
        self.sharedMemory = sharedMemory
        self.models = Dictionary(uniqueKeysWithValues: models.map { ($0.name, $0) })
    }

    /// What was asked of the repository.
    var calls: [String] { recorded.withLock { $0 } }

    var isReady: Bool {
        get { ready.withLock { $0 } }
        set { ready.withLock { $0 = newValue } }
    }

    let serverMetadata = ServerMetadata(name: "nereid", version: "1.2", extensions: ["statistics", "logging"])
    let isLive = true
    let sharedMemory: SharedMemoryRegistry
    let log: any LogControl = LogSettingsStore()
    let tracing = TraceSettingsTable(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    func isModelReady(_ name: String, version: Int64?) -> Bool { models[name] != nil && (version ?? 1) == 1 }

    func isModelKnown(_ name: String) -> Bool { models[name] != nil }

    func model(_ name: String, version: Int64?) throws(ServingError) -> any Servable {
        guard let model = models[name] else {
            throw ServingError(.notFound, "Request for unknown model: '\(name)' is not found")
        }
        return model
    }

    func modelMetadata(_ name: String, version: Int64?) throws(ServingError) -> ModelMetadata {
        _ = try model(name, version: version)
        return ModelMetadata(
            name: name, versions: [1, 3], platform: "fake",
            inputs: [.init(name: "IN", dataType: .fp32, shape: [-1, 16])],
            outputs: [.init(name: "OUT\"", dataType: .bytes, shape: [2])])
    }

    func modelConfiguration(_ name: String, version: Int64?) throws(ServingError) -> ModelConfig {
        try model(name, version: version).configuration
    }

    func statistics(model name: String?, version: Int64?) throws(ServingError) -> [ModelStatisticsSnapshot] {
        if let name, models[name] == nil {
            throw ServingError(.invalidArgument, "requested model '\(name)' is not available")
        }
        var snapshot = ModelStatisticsSnapshot()
        snapshot.name = name ?? "all"
        snapshot.version = 7
        snapshot.lastInference = 1_795_359_784_366
        snapshot.inferenceCount = 9
        snapshot.executionCount = 2
        snapshot.success.count = 4
        snapshot.success.nanoseconds = .max
        var batch = ModelStatisticsSnapshot.Batch(batchSize: 8)
        batch.computeInfer.count = 1
        snapshot.batches = [batch]
        snapshot.responses = [10: .init(), 2: .init()]
        snapshot.memoryUsage = [.init(type: .cpu, id: 0, byteSize: 5)]
        return [snapshot]
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
        let files = parameters.files.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(String(decoding: $0.value, as: UTF8.self))" }
        record("load \(name) \(parameters.configurationJSON ?? "-") \(files)")
        if name == "nosuch" {
            throw ServingError(.internal, "failed to load 'nosuch', failed to poll from model repository")
        }
    }

    func unloadModel(_ name: String, unloadDependents: Bool) async throws(ServingError) {
        record("unload \(name) \(unloadDependents)")
    }

    private func record(_ call: String) { recorded.withLock { $0.append(call) } }
}
