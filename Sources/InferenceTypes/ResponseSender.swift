import Synchronization

/// The way back to whoever asked: carries any number of responses and exactly one final event.
///
/// Thread-safe. The handler runs on the thread that sends. Dropping a sender that has not sent its final event is a
/// bug: debug builds stop there, release builds answer with an internal error so that no client waits for ever.
public final class ResponseSender: Sendable {
    public enum Event: Sendable {
        /// A response of a decoupled model; more will follow.
        case partial(InferenceResponse)
        /// The one answer of an ordinary model, or the last of a decoupled one.
        case final(InferenceResponse)
        /// A decoupled model has nothing more to send.
        case finished
        case failed(ServingError)
    }

    private let handler: @Sendable (Event) -> Void
    private let isDone = Atomic(false)

    public init(_ handler: @escaping @Sendable (Event) -> Void) { self.handler = handler }

    /// Delivers one event. After a final event every further one is a precondition failure.
    public func send(_ event: Event) {
        if case .partial = event {
            precondition(!isDone.load(ordering: .acquiring), "a response was sent after the final one")
        } else {
            let wasDone = isDone.exchange(true, ordering: .acquiringAndReleasing)
            precondition(!wasDone, "two final events were sent for one request")
        }
        handler(event)
    }

    deinit {
        guard !isDone.load(ordering: .acquiring) else { return }
        assertionFailure(ServingError.requestWasDropped.message)
        handler(.failed(.requestWasDropped))
    }
}
