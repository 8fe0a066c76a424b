import Foundation
import InferenceEngine
import InferenceTesting
import ModelConfiguration
import Synchronization

/// A model repository on disk with a manager over it and a fake factory under it. Deleted with this object.
final class ManagedRepository: Sendable {
    let path: String
    let factory = FakeServableFactory()
    let log = RecordingLog()
    let clock = SteppingClock()

    init() throws {
        path = NSTemporaryDirectory() + "lifecycle-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path + "/models", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: path + "/overrides", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Paths of the private directories of processes.
    var overrideRoots: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/overrides")) ?? ["?"]
        return names.sorted().map { "\(path)/overrides/\($0)" }
    }

    /// Paths of what they hold for models.
    var overrides: [String] {
        overrideRoots.flatMap { root in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? ["?"]
            return names.filter { $0 != ".lock" }.sorted().map { "\(root)/\($0)" }
        }
    }

    func write(_ file: String, _ text: String, in repository: String = "models") throws {
        let url = URL(fileURLWithPath: "\(path)/\(repository)/\(file)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(path)/models/\(file)") }

    func put(_ model: String, versions: [Int] = [1], extra: String = "", width: Int = 4) throws {
        for version in versions { try write("\(model)/\(version)/model.bin", "\(version)") }
        try write("\(model)/config.pbtxt", Self.configuration(extra: extra, width: width))
    }

    func putEnsemble(_ name: String, of model: String, width: Int = 4) throws {
        try write("\(name)/1/.keep", "")
        try write("\(name)/config.pbtxt", Self.ensemble(of: model, width: width))
    }

    static func ensemble(of model: String, width: Int = 4) -> String {
        """
        platform: "ensemble"
        input { name: "IN" data_type: TYPE_FP32 dims: \(width) }
        output { name: "OUT" data_type: TYPE_FP32 dims: \(width) }
        ensemble_scheduling { step {
          model_name: "\(model)" model_version: -1
          input_map { key: "INPUT0" value: "IN" } output_map { key: "OUTPUT0" value: "OUT" } } }
        """
    }

    static func configuration(extra: String = "", width: Int = 4) -> String {
        """
        backend: "identity"
        input { name: "INPUT0" data_type: TYPE_FP32 dims: \(width) }
        output { name: "OUTPUT0" data_type: TYPE_FP32 dims: \(width) }
        \(extra)
        """
    }

    func manager(
        _ mode: ModelControlMode, repositories: [String] = ["models"],
        _ change: (inout ModelManagerSettings) -> Void = { _ in }
    ) -> ModelManager {
        var settings = ModelManagerSettings(repositories: repositories.map { "\(path)/\($0)" })
        settings.controlMode = mode
        settings.clock = clock.clock
        settings.temporaryDirectory = path + "/overrides"
        change(&settings)
        return ModelManager(
            settings: settings, table: ServableTable(), factory: factory,
            configurations: RepositoryConfigurationReader(ModelConfigurationLoader()), logger: log.logger)
    }
}

/// The message of the error that `body` throws; `nil` if it throws none.
func errorMessage(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch {
        return "\(error)"
    }
}
