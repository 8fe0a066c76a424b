import InferenceTypes
import ModelConfiguration
import ModelRepository
import Synchronization

/// Reads repositories into what the planner is told. Blocks; used on the repository thread only.
final class RepositoryReader: Sendable {
    /// What one look found.
    struct Reading: Sendable {
        var observed: [String: ModelObservation] = [:]
        var fingerprints: [String: SettleFilter.Fingerprint] = [:]
        var notes: [ScanNote] = []
        /// A repository that could not be read: nothing else in here says anything then.
        var repositoryError: ServingError?
    }

    private struct Cached: Sendable {
        var directory: ModelDirectory
        var configuration: Result<ModelConfig, ServingError>
    }

    let scanner: RepositoryScanner
    private let configurations: any ModelConfigurationReading
    /// By path of the model directory.
    private let cache = Mutex<[String: Cached]>([:])

    init(scanner: RepositoryScanner, configurations: any ModelConfigurationReading) {
        self.scanner = scanner
        self.configurations = configurations
    }

    /// Every model of every repository.
    func readAll() -> Reading {
        var reading = Reading()
        do throws(ServingError) {
            let scan = try scanner.scan()
            reading.notes = scan.notes
            for name in Set(scan.models.keys).union(scan.unreadable.keys) { take(name, from: scan, into: &reading) }
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
        var wanted = names
        while !wanted.isEmpty {
            do throws(ServingError) {
                let scan = try scanner.scan(only: Set(wanted))
                reading.notes += scan.notes
                for name in wanted {
                    take(name, from: scan, overriddenBy: names.contains(name) ? configurationJSON : nil, into: &reading)
                }
            } catch {
                for name in wanted { reading.observed[name] = .invalid(error) }
                break
            }
            wanted = composingModels(of: wanted, notIn: reading)
        }
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
            let composing = candidate.composingModels.keys.filter { $0 != name }.sorted()
            if !composing.isEmpty {
                let below = read(composing)
                reading.notes += below.notes
                reading.observed.merge(below.observed) { own, _ in own }
            }
        } catch {
            reading.observed[name] = .invalid(error)
        }
        return reading
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
                reading.observed[name] = .valid(
                    ModelCandidate(
                        directory: directory, configuration: configuration,
                        origin: json == nil ? .repository : .configurationOverride))
            } catch {
                reading.observed[name] = .invalid(error)
            }
        } else if let error = scan.unreadable[name] {
            reading.observed[name] = .invalid(error)
        }
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

    private func composingModels(of names: [String], notIn reading: Reading) -> [String] {
        var composing: Set<String> = []
        for name in names {
            guard case .valid(let candidate)? = reading.observed[name] else { continue }
            composing.formUnion(candidate.composingModels.keys)
        }
        return composing.filter { reading.fingerprints[$0] == nil && reading.observed[$0] == nil }.sorted()
    }
}
