import InferenceTypes
import ModelConfiguration
import ModelRepository
import Synchronization

/// Reads repositories into what the planner is told. Blocks; used on the repository thread only.
final class RepositoryReader: Sendable {
    /// What one look found.
    struct Reading: Sendable {
        /// By name, with its namespace.
        var observed: [String: ModelObservation] = [:]
        var namespaces = ModelNamespaces()
        var fingerprints: [String: SettleFilter.Fingerprint] = [:]
        var notes: [ScanNote] = []
        /// Whether every model of every repository was read.
        var isComplete = false
        /// A repository that could not be read: nothing else in here says anything then.
        var repositoryError: ServingError?
    }

    private struct Cached: Sendable {
        var directory: ModelDirectory
        var configuration: Result<ModelConfig, ServingError>
    }

    let scanner: RepositoryScanner
    private let remote: (any RemoteModelRepositories)?
    private let configurations: any ModelConfigurationReading
    /// By path of the model directory.
    private let cache = Mutex<[String: Cached]>([:])

    init(
        scanner: RepositoryScanner, configurations: any ModelConfigurationReading,
        remote: (any RemoteModelRepositories)? = nil
    ) {
        self.scanner = scanner
        self.configurations = configurations
        self.remote = remote
    }

    /// The model directories that exist now.
    func directories() throws(ServingError) -> [RepositoryIndex.Directory] {
        _ = remote?.place()
        return try scanner.modelNames().names.flatMap { name, paths in
            Dictionary(grouping: paths) { QualifiedModelName.text(name, in: scanner.namespace(of: $0)) }.map {
                RepositoryIndex.Directory(name: name, qualifiedName: $0.key, isAmbiguous: $0.value.count > 1)
            }
        }
    }

    /// Every model of every repository.
    func readAll() -> Reading {
        var reading = Reading()
        let placement = remote?.place() ?? RemotePlacement()
        do throws(ServingError) {
            if let error = placement.repositoryError { throw error }
            let scan = try scanner.scan()
            reading.notes = scan.notes
            reading.isComplete = true
            reading.namespaces = scan.namespaces
            for name in Set(scan.models.keys).union(scan.unreadable.keys) { take(name, from: scan, into: &reading) }
            for (name, error) in placement.failures { fail(name, error, in: &reading) }
            findComposingModels(in: &reading)
            let paths = Set(scan.models.values.flatMap { $0.map(\.path) })
            cache.withLock { $0 = $0.filter { paths.contains($0.key) } }
        } catch {
            reading.repositoryError = error
        }
        return reading
    }

    /// The named models and, recursively, those that they are composed of.
    func read(_ names: [String], configurationJSON: String? = nil) -> Reading {
        var reading = Reading()
        let placement = remote?.place() ?? RemotePlacement()
        reading.repositoryError = placement.repositoryError
        var wanted = names
        var seen: Set<String> = []
        while !wanted.isEmpty {
            seen.formUnion(wanted)
            do throws(ServingError) {
                let scan = try scanner.scan(only: Set(wanted))
                reading.notes += scan.notes
                reading.namespaces.merge(scan.namespaces)
                for name in wanted {
                    let json = names.contains(name) ? configurationJSON : nil
                    for qualifiedName in scan.namespaces.qualifiedNames(of: name) {
                        take(qualifiedName, from: scan, overriddenBy: json, into: &reading)
                    }
                    if let error = placement.failures[name] { fail(name, error, in: &reading) }
                }
            } catch {
                for name in wanted { reading.observed[name] = .invalid(error) }
                break
            }
            wanted = composingModels(of: wanted, in: reading).subtracting(seen).sorted()
        }
        findComposingModels(in: &reading)
        return reading
    }

    /// A model that came with a load request, and the models that it is composed of.
    func read(_ name: String, at path: String, configurationJSON: String) -> Reading {
        var reading = Reading()
        do throws(ServingError) {
            let directory = try scanner.modelDirectory(named: name, at: path, notes: &reading.notes)
            let configuration = try configurations.configuration(of: directory, overriddenBy: configurationJSON)
            let candidate = ModelCandidate(
                directory: directory, configuration: configuration, origin: .fileOverride)
            reading.observed[name] = .valid(candidate)
            let composing = composingModels(of: [name], in: reading).subtracting([name])
            if !composing.isEmpty {
                let below = read(composing.sorted())
                reading.notes += below.notes
                reading.namespaces = below.namespaces
                reading.observed.merge(below.observed) { own, _ in own }
            }
            findComposingModels(in: &reading)
        } catch {
            reading.observed[name] = .invalid(error)
        }
        return reading
    }

    /// A model whose files could not be fetched.
    private func fail(_ name: String, _ error: ServingError, in reading: inout Reading) {
        for name in reading.namespaces.qualifiedNames(of: name) { reading.observed[name] = .invalid(error) }
    }

    private func take(
        _ name: String, from scan: RepositoryScan, overriddenBy json: String? = nil, into reading: inout Reading
    ) {
        reading.fingerprints[name] = scan.fingerprint(of: name)
        let directories = scan.models[name] ?? []
        if directories.count > 1 {
            reading.observed[name] = .ambiguous(paths: directories.map(\.path))
        } else if let directory = directories.first {
            do throws(ServingError) {
                let configuration =
                    if let json { try configurations.configuration(of: directory, overriddenBy: json) } else {
                        try configuration(of: directory)
                    }
                let candidate = ModelCandidate(
                    directory: directory, configuration: configuration,
                    origin: json == nil ? .repository : .configurationOverride)
                reading.observed[name] = .valid(candidate)
                noteMissingVersions(of: candidate, in: &reading)
            } catch {
                reading.observed[name] = .invalid(error)
            }
        } else if let error = scan.unreadable[name] {
            reading.observed[name] = .invalid(error)
        }
    }

    private func noteMissingVersions(of candidate: ModelCandidate, in reading: inout Reading) {
        guard case .specific(let listed)? = candidate.configuration.versionPolicy else { return }
        let missing = Set(listed).subtracting(candidate.directory.versions.keys).sorted()
        guard !missing.isEmpty else { return }
        let list = missing.map(String.init).joined(separator: ", ")
        reading.notes.append(
            ScanNote(
                .warning, "the version policy of model '\(candidate.name)' names versions that do not exist: \(list)"))
    }

    /// An untouched directory is not parsed again.
    private func configuration(of directory: ModelDirectory) throws(ServingError) -> ModelConfig {
        if let cached = cache.withLock({ $0[directory.path] }), cached.directory == directory {
            return try cached.configuration.get()
        }
        let result: Result<ModelConfig, ServingError>
        do throws(ServingError) {
            result = .success(try configurations.configuration(of: directory))
        } catch {
            result = .failure(error)
        }
        cache.withLock { $0[directory.path] = Cached(directory: directory, configuration: result) }
        return try result.get()
    }

    /// The names in the steps of those that are ensembles.
    private func composingModels(of names: [String], in reading: Reading) -> Set<String> {
        var composing: Set<String> = []
        for qualifiedName in names.flatMap({ reading.namespaces.qualifiedNames(of: $0) }) {
            guard case .valid(let candidate)? = reading.observed[qualifiedName] else { continue }
            composing.formUnion(candidate.configuration.ensemble?.steps.map(\.modelName) ?? [])
        }
        return composing
    }

    /// Tells the steps of ensembles in which namespace their model is. A model that is not found, or in several, keeps the
    /// name alone, which is then missing.
    private func findComposingModels(in reading: inout Reading) {
        for (name, observation) in reading.observed {
            guard case .valid(var candidate) = observation, var ensemble = candidate.configuration.ensemble else {
                continue
            }
            for index in ensemble.steps.indices {
                ensemble.steps[index].modelNamespace =
                    reading.namespaces.namespace(
                        ofComposing: ensemble.steps[index].modelName, in: candidate.directory.namespace) ?? ""
            }
            candidate.configuration.scheduling = .ensemble(ensemble)
            reading.observed[name] = .valid(candidate)
        }
    }
}
