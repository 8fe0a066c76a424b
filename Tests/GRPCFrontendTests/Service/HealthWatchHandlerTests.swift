import InferenceProtos
import InferenceTypes
import ServingProtocol
import SwiftProtobuf
import Synchronization
import Testing

@testable import GRPCFrontend

@Suite struct HealthWatchHandlerTests {
    /// Lets the watcher look again when the test says so.
    private final class Pauses: Sendable {
        private let stream: AsyncStream<Void>
        private let turn: AsyncStream<Void>.Continuation
        let count = Atomic(0)

        init() { (stream, turn) = AsyncStream.makeStream() }

        func end() { turn.yield() }

        func wait() async throws {
            count.add(1, ordering: .relaxed)
            var iterator = stream.makeAsyncIterator()
            guard await iterator.next() != nil, !Task.isCancelled else { throw CancellationError() }
        }

        /// Returns when the watcher waits for the `number`-th time.
        func reached(_ number: Int) async {
            while count.load(ordering: .relaxed) < number { await Task.yield() }
        }
    }

    private let service = ScriptedService()
    private let call = RecordingCall()
    private let pauses = Pauses()

    private func makeHandler() throws -> any GRPCCallHandler {
        let methods = ControlMethods(service: service, healthWatchPause: { [pauses] in try await pauses.wait() })
            .methods
        let method = try #require(methods.first { $0.path == "/grpc.health.v1.Health/Watch" })
        guard case .handler(let make) = method.kind else { throw GRPCStatus(.internal, "no handler") }
        return make(call)
    }

    private static func request(_ name: String) throws -> TensorBytes {
        try TensorBytes(encoding: Grpc_Health_V1_HealthCheckRequest.with { $0.service = name })
    }

    private func statuses() throws -> [Grpc_Health_V1_HealthCheckResponse.ServingStatus] {
        try call.messages.map { try Grpc_Health_V1_HealthCheckResponse(serializedBytes: $0).status }
    }

    @Test func theStateIsSentAtFirstAndWhenItChanges() async throws {
        let handler = try makeHandler()
        handler.received(try Self.request("m"))
        handler.halfClosed()
        await pauses.reached(1)
        #expect(try statuses() == [.serviceUnknown])
        pauses.end()
        await pauses.reached(2)
        service.setModel("m", isReady: true)
        pauses.end()
        await pauses.reached(3)
        service.setModel("m", isReady: false)
        pauses.end()
        await pauses.reached(4)
        #expect(try statuses() == [.serviceUnknown, .serving, .notServing])
        #expect(call.status == nil)
        handler.cancelled()
    }

    @Test func nothingIsSentAfterTheClientHasGone() async throws {
        let handler = try makeHandler()
        handler.received(try Self.request(""))
        await pauses.reached(1)
        call.cancellation.cancel()
        handler.cancelled()
        service.isReady = false
        pauses.end()
        for _ in 0..<100 { await Task.yield() }
        #expect(try statuses() == [.serving])
        #expect(pauses.count.load(ordering: .relaxed) == 1)
    }

    @Test func aServerThatStopsEndsTheCall() async throws {
        let handler = try makeHandler()
        handler.received(try Self.request(""))
        handler.halfClosed()
        await pauses.reached(1)
        handler.serverStops()
        #expect(try statuses() == [.serving, .notServing])
        #expect(call.status == GRPCStatus(.serverIsStopping))
        handler.serverStops()
        pauses.end()
        for _ in 0..<100 { await Task.yield() }
        #expect(try statuses() == [.serving, .notServing])
    }

    @Test func aCallThatComesWhileTheServerStopsIsTold() throws {
        let handler = try makeHandler()
        handler.serverStops()
        #expect(try statuses() == [.notServing])
        #expect(call.status == GRPCStatus(.serverIsStopping))
    }

    @Test func aCallTakesExactlyOneRequest() throws {
        let refusal = GRPCStatus(.unimplemented, "a health watch takes exactly one request")
        let empty = try makeHandler()
        empty.halfClosed()
        #expect(call.status == refusal)
    }

    @Test func aSecondRequestEndsTheCall() async throws {
        let handler = try makeHandler()
        handler.received(try Self.request(""))
        handler.received(try Self.request(""))
        #expect(call.status == GRPCStatus(.unimplemented, "a health watch takes exactly one request"))
    }

    @Test func bytesThatAreNoRequestEndTheCall() throws {
        let handler = try makeHandler()
        handler.received(TensorBytes(copying: [0xFF]))
        #expect(call.status == GRPCStatus(.internal, "Unable to parse request"))
    }
}
