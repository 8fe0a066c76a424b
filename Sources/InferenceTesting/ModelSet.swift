public import BackendAPI
public import InferenceEngine
public import InferenceTypes
public import Logging
public import ModelConfiguration
import Synchronization

/// Models that a test loads by configuration, without a repository; ensembles find the others here.
public final class ModelSet: Sendable {
    private let factory: DefaultServableFactory
    private let directory: Directory

    /// - Parameter modelDirectory: where label and warm-up files are looked for.
    public init(
        _ backends: [any Backend], settings: DefaultServableFactory.Settings = .init(coreBudget: 2),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) {
        let directory = Directory()
        self.directory = directory
        factory = DefaultServableFactory(
            backends: BackendRegistry(backends), settings: settings, logger: logger,
            resolver: { name, version throws(ServingError) in try directory.find(name, version) })
    }

    /// Loads a model; a later one of the same name and version takes its place.
    @discardableResult
    public func load(
        _ configuration: ModelConfig, version: Int64 = 1, modelDirectory: String = "/nonexistent"
    ) throws(ServingError) -> any Servable {
        let servable = try factory.makeServable(
            ServableSource(
                name: configuration.name, version: version, configuration: configuration,
                modelDirectory: modelDirectory, versionDirectory: modelDirectory + "/\(version)"))
        directory.servables.withLock { $0[configuration.name, default: [:]][version] = servable }
        return servable
    }

    /// Prepares a loaded model for other instance groups or another version policy.
    public func prepareUpdate(_ name: String, to configuration: ModelConfig) throws(ServingError) -> ServableUpdate {
        let servable = try directory.find(name, nil)
        let source = ServableSource(
            name: name, version: servable.version, configuration: configuration, modelDirectory: "/nonexistent",
            versionDirectory: "/nonexistent/\(servable.version)")
        return try factory.prepareUpdate(of: servable, to: source)
    }

    /// Adds a model that the test made itself.
    public func add(_ servable: any Servable) {
        directory.servables.withLock { $0[servable.name, default: [:]][servable.version] = servable }
    }

    /// The newest version that was loaded under this name.
    public func servable(_ name: String) -> (any Servable)? { try? directory.find(name, nil) }

    /// Drops this set's references to a model.
    public func unload(_ name: String) {
        let dropped = directory.servables.withLock { $0.removeValue(forKey: name) }
        withExtendedLifetime(dropped) {}
    }

    private final class Directory: Sendable {
        let servables = Mutex<[String: [Int64: any Servable]]>([:])

        func find(_ name: String, _ version: Int64?) throws(ServingError) -> any Servable {
            let versions = servables.withLock { $0[name] ?? [:] }
            if let wanted = version ?? versions.keys.max(), let servable = versions[wanted] { return servable }
            throw .unknownModel(name)
        }
    }
}
