import InferenceTypes
import NIOCore
import Synchronization

/// A response of unknown length, whose parts go out as they come.
///
/// Thread-safe; parts are sent in the order of the calls, and `end` comes once, last. A client that reads too slowly is
/// cut off once more waits for it than the limit: whoever produces the parts is never held up.
final class HTTPResponseStream: Sendable {
    /// What there is to write next.
    enum Step {
        case bytes([UInt8])
        /// More will come.
        case wait
        case end
        /// The rest is lost; the client must not take the response for whole.
        case cutOff
    }

    private struct State {
        var parts: [[UInt8]] = []
        var byteCount = 0
        var isEnded = false
        var isCutOff = false
        /// Whether the event loop knows that there is something to do.
        var isPosted = false
    }

    /// Raised when nobody takes the parts any more.
    let cancellation: CancellationFlag
    private let maximumBytes: Int
    private let post: @Sendable (HTTPResponseStream) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - maximumBytes: that may wait for the client.
    ///   - post: has the event loop call `next` until it returns something else than bytes.
    init(
        cancellation: CancellationFlag, maximumBytes: Int, post: @escaping @Sendable (HTTPResponseStream) -> Void
    ) {
        self.cancellation = cancellation
        self.maximumBytes = maximumBytes
        self.post = post
    }

    /// Sends some bytes; ignored when nobody takes them any more.
    func send(_ part: [UInt8]) {
        guard !part.isEmpty else { return }
        update { state in
            guard !state.isCutOff else { return }
            precondition(!state.isEnded, "a part was sent after the end")
            guard part.count <= maximumBytes - state.byteCount else { return Self.cutOff(&state) }
            state.parts.append(part)
            state.byteCount += part.count
        }
    }

    func end() { update { $0.isEnded = true } }

    /// The connection has gone.
    func cutOff() {
        state.withLock { Self.cutOff(&$0) }
        cancellation.cancel()
    }

    private static func cutOff(_ state: inout State) {
        state.isCutOff = true
        state.parts = []
        state.byteCount = 0
    }

    private func update(_ change: (inout State) -> Void) {
        let (isNew, isCutOff) = state.withLock { state in
            change(&state)
            defer { state.isPosted = true }
            return (!state.isPosted, state.isCutOff)
        }
        if isCutOff { cancellation.cancel() }
        if isNew { post(self) }
    }

    /// Takes what is to be written next: some parts together, of about `limit` bytes. On the event loop.
    func next(upTo limit: Int) -> Step {
        state.withLock { state in
            if state.isCutOff { return .cutOff }
            guard !state.parts.isEmpty else {
                if state.isEnded { return .end }
                state.isPosted = false
                return .wait
            }
            var bytes: [UInt8] = []
            var count = 0
            while count < state.parts.count, count == 0 || bytes.count + state.parts[count].count <= limit {
                bytes += state.parts[count]
                count += 1
            }
            state.parts.removeFirst(count)
            state.byteCount -= bytes.count
            return .bytes(bytes)
        }
    }

    deinit {
        let isComplete = state.withLock { $0.isEnded || $0.isCutOff }
        assert(isComplete, "a response stream was dropped before its end")
    }
}
