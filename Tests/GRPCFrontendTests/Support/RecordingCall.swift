import GRPCFrontend
import InferenceTypes
import ServerTransport
import Synchronization

/// A call without a network, which keeps what is sent.
final class RecordingCall: GRPCCall {
    private struct State {
        var messages: [[UInt8]] = []
        var status: GRPCStatus?
        var pendingByteCount = 0
    }

    let metadata = GRPCMetadata()
    let cancellation = CancellationFlag()
    let decodingThreads = DecodingThreads(count: 1)
    private let state = Mutex(State())

    var messages: [[UInt8]] { state.withLock { $0.messages } }
    var status: GRPCStatus? { state.withLock { $0.status } }

    /// What the client has not read.
    var pendingByteCount: Int {
        get { state.withLock { $0.pendingByteCount } }
        set { state.withLock { $0.pendingByteCount = newValue } }
    }

    func send(_ message: GRPCMessage) {
        let bytes = message.parts.reduce(message.head) { bytes, part in
            bytes + part.withUnsafeBytes { Array($0) }
        }
        state.withLock { if $0.status == nil { $0.messages.append(bytes) } }
    }

    func finish(_ status: GRPCStatus) { state.withLock { if $0.status == nil { $0.status = status } } }

    func finish(with message: GRPCMessage) {
        send(message)
        finish(.ok)
    }

    func pauseReceiving() {}
    func resumeReceiving() {}
    func whenPending(below byteCount: Int, _ action: @escaping @Sendable () -> Void) { action() }
}
