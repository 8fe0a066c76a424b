import InferenceTypes
import Synchronization

@testable import GRPCFrontend

/// Methods whose calls the test answers itself.
final class TestMethods: Sendable {
    /// A call of `/test.Service/Wait` or `/test.Service/Stream`.
    final class Call: GRPCCallHandler, Sendable {
        let call: any GRPCCall
        private let log = Mutex<[String]>([])
        private let bytes = Mutex<[[UInt8]]>([])
        private let alignments = Mutex<[Bool]>([])
        private let pausesAfterEach: Bool

        init(_ call: any GRPCCall, pausesAfterEach: Bool = false) {
            self.call = call
            self.pausesAfterEach = pausesAfterEach
        }

        var messages: [[UInt8]] { bytes.withLock { $0 } }
        var events: [String] { log.withLock { $0 } }

        func received(_ message: TensorBytes) {
            bytes.withLock { $0.append(message.withUnsafeBytes { Array($0) }) }
            if pausesAfterEach { call.pauseReceiving() }
        }
        func halfClosed() { log.withLock { $0.append("end") } }
        func cancelled() { log.withLock { $0.append("cancelled") } }
        func serverStops() { log.withLock { $0.append("stops") } }
    }

    /// Sends all messages back once the client has sent them.
    private final class Collector: GRPCCallHandler {
        private let call: any GRPCCall
        private var messages: [TensorBytes] = []

        init(_ call: any GRPCCall) { self.call = call }

        func received(_ message: TensorBytes) { messages.append(message) }

        func halfClosed() {
            for message in messages {
                var answer = GRPCMessage(head: [], parts: [message])
                answer.isCompressible = true
                call.send(answer)
            }
            call.finish(.ok)
        }

        func cancelled() {}
    }

    private let open = Mutex<[Call]>([])
    /// Kept so that a call that the client gave up is not reported as dropped.
    var calls: [Call] { open.withLock { $0 } }

    var all: [GRPCMethod] {
        [
            GRPCMethod(
                "/test.Service/Echo",
                .unary { message throws(GRPCStatus) in
                    var answer = GRPCMessage(head: [], parts: [message])
                    answer.isCompressible = true
                    return answer
                }),
            GRPCMethod(
                "/test.Service/Fail",
                .unary { _ throws(GRPCStatus) in throw GRPCStatus(.notFound, "no 100% \u{e4} such\nthing") }),
            GRPCMethod(
                "/test.Service/Task",
                .unaryTask { message async throws(GRPCStatus) in GRPCMessage(head: [7], parts: [message]) }),
            GRPCMethod(
                "/test.Service/Wait",
                .unaryCall { [self] message, call in
                    let call = Call(call)
                    call.received(message)
                    open.withLock { $0.append(call) }
                }),
            GRPCMethod("/test.Service/Stream", .handler { [self] in add($0, pauses: false) }),
            GRPCMethod("/test.Service/Collect", .handler { Collector($0) }),
            GRPCMethod("/test.Service/Short", .handler { Collector($0) }, maximumMessageBytes: 100),
            GRPCMethod("/test.Service/Slow", .handler { [self] in add($0, pauses: true) }),
            GRPCMethod(
                "/test.Service/Aligned",
                .unaryCall { message, call in
                    let isAligned = message.slice(10..<message.count).isAligned(to: 64)
                    call.finish(with: GRPCMessage(head: [isAligned ? 1 : 0]))
                }, alignedOffset: { _ in 10 }),
        ]
    }

    private func add(_ call: any GRPCCall, pauses: Bool) -> Call {
        let call = Call(call, pausesAfterEach: pauses)
        open.withLock { $0.append(call) }
        return call
    }
}
