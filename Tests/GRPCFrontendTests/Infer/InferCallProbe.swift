import GRPCFrontend
import InferenceProtos
import InferenceTypes
import ServerTransport
import SwiftProtobuf
import Synchronization

/// A call without a network: keeps what happens to it, and lets a test wait for its end.
final class InferCallProbe: GRPCCall {
    enum Event: Sendable, Equatable {
        case message([UInt8])
        case finished(GRPCStatus)
        case paused
        case resumed
    }

    private struct State {
        var events: [Event] = []
        var pendingByteCount = 0
        var waiting: [CheckedContinuation<GRPCStatus, Never>] = []
        var unreadActions: [@Sendable () -> Void] = []
    }

    let metadata: GRPCMetadata
    let cancellation = CancellationFlag()
    let decodingThreads = DecodingThreads(count: 1)
    private let state = Mutex(State())

    init(metadata: GRPCMetadata = GRPCMetadata()) { self.metadata = metadata }

    var events: [Event] { state.withLock { $0.events } }

    var messages: [[UInt8]] {
        events.compactMap { event in
            if case .message(let bytes) = event { return bytes }
            return nil
        }
    }

    var status: GRPCStatus? {
        events.lazy.compactMap { event in
            if case .finished(let status) = event { return status }
            return nil
        }.first
    }

    /// The responses of a stream.
    var streamed: [Inference_ModelStreamInferResponse] {
        get throws { try messages.map { try Inference_ModelStreamInferResponse(serializedBytes: $0) } }
    }

    /// Waits for the end.
    func finished() async -> GRPCStatus {
        await withCheckedContinuation { continuation in
            let status: GRPCStatus? = state.withLock { state in
                for case .finished(let status) in state.events { return status }
                state.waiting.append(continuation)
                return nil
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// What the client has not read.
    var pendingByteCount: Int {
        get { state.withLock { $0.pendingByteCount } }
        set {
            let actions = state.withLock { state in
                state.pendingByteCount = newValue
                defer { if newValue == 0 { state.unreadActions = [] } }
                return newValue == 0 ? state.unreadActions : []
            }
            for action in actions { action() }
        }
    }

    func send(_ message: GRPCMessage) {
        let bytes = message.parts.reduce(message.head) { bytes, part in bytes + part.withUnsafeBytes { Array($0) } }
        record(.message(bytes))
    }

    func finish(_ status: GRPCStatus) {
        let waiting = state.withLock { state in
            state.events.append(.finished(status))
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }

    func finish(with message: GRPCMessage) {
        send(message)
        finish(.ok)
    }

    func pauseReceiving() { record(.paused) }
    func resumeReceiving() { record(.resumed) }

    /// Acts once the test sets `pendingByteCount` to 0.
    func whenPending(below byteCount: Int, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.unreadActions.append(action) }
    }

    private func record(_ event: Event) { state.withLock { $0.events.append(event) } }
}
