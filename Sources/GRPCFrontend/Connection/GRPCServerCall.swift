import InferenceTypes
import ServerTransport

/// The call that a handler holds. When the handler drops it unfinished, debug builds stop, and release builds answer
/// with an internal error so that no client waits for ever.
final class GRPCServerCall: GRPCCall {
    private let stream: GRPCStream

    /// Made on the event loop.
    init(_ stream: GRPCStream) {
        self.stream = stream
        stream.service.openExchanges.open()
    }

    var metadata: GRPCMetadata { stream.metadata.metadata }
    var cancellation: CancellationFlag { stream.cancellation }
    var pendingByteCount: Int { stream.pendingByteCount }
    var wakes: WakeBatch? { stream.wakes }
    var decodingThreads: DecodingThreads { stream.service.decodingThreads }

    func send(_ message: GRPCMessage) {
        guard !stream.isFinished else { return }
        stream.post(.message(message))
    }

    func finish(_ status: GRPCStatus) {
        guard stream.beginFinish() else { return }
        stream.post(.finish(status))
    }

    func finish(with message: GRPCMessage) {
        guard stream.beginFinish() else { return }
        stream.post(.last(message))
    }

    func whenPending(below byteCount: Int, _ action: @escaping @Sendable () -> Void) {
        stream.post(.whenPending(below: byteCount, action))
    }

    func pauseReceiving() { stream.post(.pause) }

    func resumeReceiving() { stream.post(.resume) }

    deinit {
        defer { stream.service.openExchanges.close() }
        guard !stream.isFinished, !stream.cancellation.isCancelled else { return }
        assertionFailure(ServingError.requestWasDropped.message)
        finish(GRPCStatus(.requestWasDropped))
    }
}
