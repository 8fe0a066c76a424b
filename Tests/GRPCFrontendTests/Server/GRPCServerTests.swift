import InferenceTypes
import NIOCore
import NIOPosix
import Testing

@testable import GRPCFrontend

/// The server over sockets.
struct GRPCServerTests {
    @Test func callsOfManyConnectionsAreAnswered() async throws {
        try await withGRPCServer(methods: TestMethods()) { port, server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let client = try await LoopbackClient(port: port, session: HTTP2TestClient())
                        for count in [0, 1, 70_000, 3_000_000] {
                            let message = Array(repeating: UInt8(number), count: count)
                            let answer = await client.answer(await client.call(message))
                            #expect(answer.messages == [message])
                            #expect(answer.status == "0")
                        }
                        let task = await client.answer(await client.call([1], path: "/test.Service/Task"))
                        #expect(task.messages == [[7, 1]])
                        await client.close()
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func oneConnectionTooManyIsSentAway() async throws {
        try await withGRPCServer(methods: TestMethods(), { $0.limits.maximumConnections = 1 }) { port, server in
            let first = try await LoopbackClient(port: port, session: HTTP2TestClient())
            #expect(await first.answer(await first.call([1])).status == "0")
            let second = try await LoopbackClient(port: port, session: HTTP2TestClient())
            #expect(await second.goAways() == [])
            #expect(await first.answer(await first.call([1])).status == "0")
            await first.close()
        }
    }

    @Test func stoppingLetsCallsFinish() async throws {
        let methods = TestMethods()
        try await withGRPCServer(methods: methods) { port, server in
            let client = try await LoopbackClient(port: port, session: HTTP2TestClient())
            let id = await client.call([1], path: "/test.Service/Wait")
            // The answer to a later call says that the earlier one has arrived.
            #expect(await client.answer(await client.call([1])).status == "0")
            let call = try #require(methods.calls.first)
            async let stopped = server.stop(timeout: .seconds(60))
            async let answer = client.answer(id)
            call.call.finish(with: GRPCMessage(head: [8]))
            #expect(await answer.messages == [[8]])
            #expect(await client.goAways().last == 0)
            #expect(await stopped)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func stoppingEndsWithItsTime() async throws {
        let methods = TestMethods()
        try await withGRPCServer(methods: methods) { port, server in
            let client = try await LoopbackClient(port: port, session: HTTP2TestClient())
            _ = await client.call([1], path: "/test.Service/Wait")
            #expect(await client.answer(await client.call([1])).status == "0")
            #expect(await !server.stop(timeout: .milliseconds(50)))
            _ = await client.goAways()
            let call = try #require(methods.calls.first)
            #expect(call.call.cancellation.isCancelled)
            call.call.finish(.ok)
        }
    }

    @Test func severalServersMayShareAPort() async throws {
        try await withGRPCServer(methods: TestMethods(), { $0.reusesPort = true }) { port, _ in
            try await withGRPCServer(
                methods: TestMethods(),
                {
                    $0.reusesPort = true
                    $0.port = port
                }
            ) { other, _ in #expect(other == port) }
            await #expect(throws: ServingError.self) {
                try await withGRPCServer(methods: TestMethods(), { $0.port = port }) { _, _ in }
            }
        }
    }
}
