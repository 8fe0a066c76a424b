import Dispatch
import InferenceEngine
import InferenceTypes
import ModelConfiguration
import Synchronization

/// Makes servables that do nothing, and lets a test hold loads back, fail them, and wait until one has begun.
final class FakeServableFactory: ServableFactory {
    private struct State {
        var errors: [String: ServingError] = [:]
        var failuresLeft: [String: Int] = [:]
        var gates: [String: DispatchSemaphore] = [:]
        var began: [String: Int] = [:]
        var waiting: [(key: String, count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// - Parameter key: `model:version`.
    func fail(_ key: String, _ error: ServingError?, times: Int = .max) {
        state.withLock { state in
            state.errors[key] = error
            state.failuresLeft[key] = error == nil ? nil : times
        }
    }

    /// Loads of `key` wait until `letGo`, once each.
    func hold(_ key: String) { state.withLock { $0.gates[key] = DispatchSemaphore(value: 0) } }

    func letGo(_ key: String) { state.withLock { $0.gates.removeValue(forKey: key) }?.signal() }

    func loadCount(_ key: String) -> Int { state.withLock { $0.began[key] ?? 0 } }

    /// Returns when the load of `key` has begun that many times.
    func hasBegun(_ key: String, times: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.began[key] ?? 0 >= times { return true }
                state.waiting.append((key, times, continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    func makeServable(_ source: ServableSource) throws(ServingError) -> any Servable {
        try begin("\(source.name):\(source.version)")
        return FakeServable(source)
    }

    /// Under the key `update model:version`.
    func prepareUpdate(
        of servable: any Servable, to source: ServableSource
    ) throws(ServingError) -> ServableUpdate {
        try begin("update \(source.name):\(source.version)")
        guard let servable = servable as? FakeServable else {
            throw ServingError(.internal, "not a servable of this factory")
        }
        return ServableUpdate { servable.take(source.configuration) }
    }

    private func begin(_ key: String) throws(ServingError) {
        let (gate, done) = state.withLock { state in
            state.began[key, default: 0] += 1
            let isDone = { (entry: (key: String, count: Int, continuation: CheckedContinuation<Void, Never>)) in
                entry.key == key && entry.count <= state.began[key] ?? 0
            }
            let done = state.waiting.filter(isDone).map(\.continuation)
            state.waiting.removeAll(where: isDone)
            return (state.gates[key], done)
        }
        for continuation in done { continuation.resume() }
        gate?.wait()
        let error = state.withLock { state -> ServingError? in
            guard let error = state.errors[key], let left = state.failuresLeft[key], left > 0 else { return nil }
            state.failuresLeft[key] = left - 1
            return error
        }
        if let error { throw error }
    }
}

/// A servable that only is there.
final class FakeServable: Servable {
    let name: String
    let version: Int64
    private let current: Mutex<ModelConfig>
    let statistics: ModelStatistics
    let source: ServableSource

    init(_ source: ServableSource) {
        name = source.name
        version = source.version
        current = Mutex(source.configuration)
        statistics = ModelStatistics(name: source.name, version: source.version)
        self.source = source
    }

    var configuration: ModelConfig { current.withLock { $0 } }

    func take(_ configuration: ModelConfig) { current.withLock { $0 = configuration } }

    func enqueue(_ request: InferenceRequest, _ responder: ResponseSender) {
        responder.send(.failed(ServingError(.unsupported, "this model does not answer")))
    }

    func label(output: String, index: Int) -> String? { nil }
}
