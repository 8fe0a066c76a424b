import InferenceTypes
import Synchronization

/// The trial runs that were given up and still use a core each. Loading a model again and again must not add to them.
final class UnfinishedTrials: Sendable {
    /// As many as may go on at once.
    static let limit = 2

    private struct Trial {
        var path: String
        var isGivenUp = false
    }

    private struct State {
        var trials: [Int: Trial] = [:]
        var nextNumber = 0
    }

    private let state = Mutex(State())

    /// Notes that a trial of the model file at `path` begins.
    /// - Returns: its number, for `giveUp` and `end`.
    /// - Throws: why none should begin now.
    func begin(_ path: String, model: String) throws(ServingError) -> Int {
        let outcome: (number: Int, reason: String?) = state.withLock { state in
            let givenUp = state.trials.values.filter(\.isGivenUp)
            if givenUp.contains(where: { $0.path == path }) {
                return (0, "an earlier trial run of its forward has still not ended")
            }
            if givenUp.count >= Self.limit {
                return (0, "trial runs of \(givenUp.count) other models have still not ended")
            }
            state.nextNumber += 1
            state.trials[state.nextNumber] = Trial(path: path)
            return (state.nextNumber, nil)
        }
        guard let reason = outcome.reason else { return outcome.number }
        throw ServingError(
            .unavailable,
            "the configuration of model '\(model)' is incomplete, and it cannot be found out now: \(reason); write its inputs "
                + "and outputs into config.pbtxt")
    }

    /// Nobody waits for the trial any more. It may have ended a moment ago.
    func giveUp(_ number: Int) { state.withLock { $0.trials[number]?.isGivenUp = true } }

    func end(_ number: Int) { state.withLock { $0.trials[number] = nil } }
}
