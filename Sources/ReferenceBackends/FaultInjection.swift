import InferenceTypes
import Synchronization

/// Makes each n-th request to a model fail.
final class FaultInjection: Sendable {
    private let period: Int
    private let calls = Atomic<Int>(0)

    /// - Parameter everyNth: 0 never fails.
    init(everyNth: Int) { period = everyNth }

    /// Counts a request; the error that it is to fail with, or `nil`.
    func next() -> ServingError? {
        guard period > 0 else { return nil }
        let call = calls.wrappingAdd(1, ordering: .relaxed).newValue
        return call % period == 0 ? ServingError(.internal, "request \(call) fails as 'fail_every_nth' asks") : nil
    }
}
