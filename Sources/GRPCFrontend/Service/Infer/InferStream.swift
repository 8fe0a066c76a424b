import InferenceTypes
import Synchronization

/// The way back of one ModelStreamInfer call: runs what `StreamOrder` decides, in the order of the decisions, whichever
/// threads the responses come from.
final class InferStream: Sendable {
    typealias Order = StreamOrder<GRPCMessage>

    private struct State {
        var order: Order
        /// Decided, and not run yet.
        var actions: [Order.Action] = []
        /// Whether some thread is running actions.
        var isRunning = false
    }

    let call: any GRPCCall
    /// Raised when nobody waits for the responses of the stream any more.
    let cancellation = CancellationFlag()

    private let maximumUnreadBytes: Int
    private let state: Mutex<State>

    init(call: any GRPCCall, limits: InferCallLimits) {
        self.call = call
        maximumUnreadBytes = limits.maximumUnreadBytes
        state = Mutex(
            State(
                order: Order(
                    isStrict: call.metadata["triton_grpc_error"] == "true",
                    maximumRequests: limits.maximumStreamRequests,
                    maximumRequestBytes: limits.maximumStreamRequestBytes)))
    }

    /// Makes a decision and runs what follows from it. Called from any thread.
    func decide(_ decision: (inout Order) -> [Order.Action]) {
        var actions = state.withLock { state in
            state.actions += decision(&state.order)
            return state.isRunning ? [] : Self.take(&state)
        }
        while !actions.isEmpty {
            for action in actions { run(action) }
            actions = state.withLock { Self.take(&$0) }
        }
    }

    func open(isOrdered: Bool, byteCount: Int) -> Order.Ticket {
        state.withLock { $0.order.opened(isOrdered: isOrdered, byteCount: byteCount) }
    }

    /// Has a client that does not read its responses wait with its requests. On the event loop.
    func holdSlowReader() {
        guard call.pendingByteCount > maximumUnreadBytes else { return }
        decide { $0.hold(.unreadResponses) }
        call.whenPending(below: max(1, maximumUnreadBytes / 2)) { [self] in
            decide { $0.release(.unreadResponses) }
        }
    }

    /// Ends the stream of a client that takes fewer responses than a decoupled model gives. From any thread.
    func endIfUnread() {
        let unread = call.pendingByteCount
        guard unread / 4 > maximumUnreadBytes else { return }
        decide {
            $0.end(
                GRPCStatus(
                    .resourceExhausted,
                    "\(unread) bytes of responses wait for the client to read them, which is more than four times "
                        + "the limit of \(maximumUnreadBytes)"))
        }
    }

    private static func take(_ state: inout State) -> [Order.Action] {
        state.isRunning = !state.actions.isEmpty
        defer { state.actions = [] }
        return state.actions
    }

    private func run(_ action: Order.Action) {
        switch action {
        case .send(let message): call.send(message)
        case .finish(let status): call.finish(status)
        case .cancelRequests: cancellation.cancel()
        case .pauseReceiving: call.pauseReceiving()
        case .resumeReceiving: call.resumeReceiving()
        }
    }
}
