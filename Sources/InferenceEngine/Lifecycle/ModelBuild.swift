import InferenceTypes
import ModelConfiguration
import ModelRepository
import Synchronization

/// Carries out one build order: loads its versions on loading threads, all of them or none.
final class ModelBuild: Sendable {
    struct Outcome: Sendable {
        var result: Result<ServableBox, ModelLoadFailure>
        var loadTimes: [Int64: Duration]
    }

    private struct State {
        var remaining: Int
        var servables: [any Servable] = []
        var errors: [Int64: ServingError] = [:]
        var loadTimes: [Int64: Duration] = [:]
    }

    let order: BuildOrder
    private let factory: any ServableFactory
    private let retryCount: Int
    private let state: Mutex<State>
    private let completion: @Sendable (Outcome) -> Void

    init(
        _ order: BuildOrder, factory: any ServableFactory, retryCount: Int,
        completion: @escaping @Sendable (Outcome) -> Void
    ) {
        self.order = order
        self.factory = factory
        self.retryCount = max(retryCount, 0)
        self.completion = completion
        state = Mutex(State(remaining: order.versions.count))
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
        }
    }

    private func load(_ version: Int64, _ configuration: ModelConfig, lifetime: ServableLifetime?) {
        let directory = order.candidate.directory
        let source = ServableSource(
            name: order.name, version: version, configuration: configuration,
            modelDirectory: directory.path, versionDirectory: directory.versions[version] ?? directory.path,
            lifetime: lifetime)
        let began = ContinuousClock.now
        let result = makeServable(source)
        let time = ContinuousClock.now - began
        let isLast = state.withLock { state in
            state.loadTimes[version] = time
            switch result {
            case .success(let servable): state.servables.append(servable)
            case .failure(let error): state.errors[version] = error
            }
            state.remaining -= 1
            return state.remaining == 0
        }
        if isLast { finish() }
    }

    private func makeServable(_ source: ServableSource) -> Result<any Servable, ServingError> {
        var lastError = ServingError(.internal, "the load was not tried")
        for _ in 0...retryCount {
            do throws(ServingError) {
                return .success(try factory.makeServable(source))
            } catch {
                lastError = error
            }
        }
        return .failure(lastError)
    }

    private func finish() {
        // Versions that did load are freed here, on a loading thread, when another one failed.
        let final = state.withLock { state in
            defer { state.servables = [] }
            return state
        }
        completion(
            Outcome(
                result: final.errors.isEmpty
                    ? .success(ServableBox(final.servables)) : .failure(.versions(final.errors)),
                loadTimes: final.loadTimes))
    }
}
