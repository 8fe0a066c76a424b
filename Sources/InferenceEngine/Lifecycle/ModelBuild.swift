import InferenceTypes
import ModelConfiguration
import ModelRepository
import Synchronization

/// Carries out one build order: loads its versions and prepares those that are updated in place, on loading threads; all
/// of them or none.
final class ModelBuild: Sendable {
    struct Outcome: Sendable {
        var result: Result<ServableBox, ModelLoadFailure>
        var loadTimes: [Int64: Duration]
    }

    private struct State {
        var remaining: Int
        var built = ServableBox.Contents()
        var errors: [Int64: ServingError] = [:]
        var loadTimes: [Int64: Duration] = [:]
    }

    let order: BuildOrder
    /// Those that are updated in place. Held until the end, so that they are not freed on another thread than usual.
    private let serving: Mutex<[Int64: any Servable]>
    private let factory: any ServableFactory
    private let retryCount: Int
    private let verification: @Sendable () -> ServingError?
    private let state: Mutex<State>
    private let completion: @Sendable (Outcome) -> Void

    /// - Parameters:
    ///   - serving: the versions of the order that are updated in place.
    ///   - verification: called once all is loaded; an error that it returns fails the build.
    init(
        _ order: BuildOrder, updating serving: [Int64: any Servable], factory: any ServableFactory, retryCount: Int,
        verification: @escaping @Sendable () -> ServingError? = { nil },
        completion: @escaping @Sendable (Outcome) -> Void
    ) {
        self.order = order
        self.serving = Mutex(serving)
        self.factory = factory
        self.retryCount = max(retryCount, 0)
        self.verification = verification
        self.completion = completion
        state = Mutex(State(remaining: order.versions.count + order.updated.count))
    }

    /// - Parameters:
    ///   - configuration: what to load with; if it throws, no version is tried.
    ///   - lifetimes: one for each version of the order.
    func start(
        on threads: LoadingThreads, lifetimes: [Int64: ServableLifetime],
        configuration: @escaping @Sendable () throws(ServingError) -> ModelConfig
    ) {
        threads.submit {
            let checked: ModelConfig
            do throws(ServingError) {
                checked = try configuration()
            } catch {
                self.completion(Outcome(result: .failure(.model(error)), loadTimes: [:]))
                return
            }
            for version in self.order.versions {
                threads.submit { self.load(version, checked, lifetime: lifetimes[version]) }
            }
            for version in self.order.updated { threads.submit { self.update(version, checked) } }
        }
    }

    private func load(_ version: Int64, _ configuration: ModelConfig, lifetime: ServableLifetime?) {
        let source = source(version, configuration, lifetime: lifetime)
        let began = ContinuousClock.now
        let result = retrying { () throws(ServingError) in try factory.makeServable(source) }
        let time = ContinuousClock.now - began
        end(version, result) { state, servable in
            state.loadTimes[version] = time
            servable.statistics.note(loadTime: time)
            state.built.servables.append(servable)
        }
    }

    private func update(_ version: Int64, _ configuration: ModelConfig) {
        let source = source(version, configuration, lifetime: nil)
        let servable = serving.withLock { $0.removeValue(forKey: version) }
        let result = retrying { () throws(ServingError) in
            guard let servable else { throw .modelIsStopping }
            return try factory.prepareUpdate(of: servable, to: source)
        }
        end(version, result) { state, update in state.built.updates.append(update) }
    }

    private func source(
        _ version: Int64, _ configuration: ModelConfig, lifetime: ServableLifetime?
    ) -> ServableSource {
        let directory = order.candidate.directory
        return ServableSource(
            name: directory.name, version: version, configuration: configuration,
            modelDirectory: directory.path, versionDirectory: directory.versions[version] ?? directory.path,
            lifetime: lifetime)
    }

    private func retrying<Value>(_ body: () throws(ServingError) -> Value) -> Result<Value, ServingError> {
        var lastError = ServingError(.internal, "the load was not tried")
        for _ in 0...retryCount {
            do throws(ServingError) {
                return .success(try body())
            } catch {
                lastError = error
            }
        }
        return .failure(lastError)
    }

    private func end<Value>(
        _ version: Int64, _ result: Result<Value, ServingError>, _ keep: (inout State, Value) -> Void
    ) {
        let isLast = state.withLock { state in
            switch result {
            case .success(let value): keep(&state, value)
            case .failure(let error): state.errors[version] = error
            }
            state.remaining -= 1
            return state.remaining == 0
        }
        if isLast { finish() }
    }

    private func finish() {
        // Versions that did load are freed here, on a loading thread, when another one failed.
        let final = state.withLock { state in
            defer { state.built = ServableBox.Contents() }
            return state
        }
        let result: Result<ServableBox, ModelLoadFailure>
        if !final.errors.isEmpty {
            result = .failure(.versions(final.errors))
        } else if let error = verification() {
            result = .failure(.model(error))
        } else {
            result = .success(ServableBox(final.built))
        }
        completion(Outcome(result: result, loadTimes: final.loadTimes))
    }
}
