import InferenceTesting
import InferenceTypes
import Logging
import ServerTransport
import Testing

@testable import HTTPFrontend

struct HTTPServerTests {
    private static let live = "GET /v2/health/live HTTP/1.1\r\n\r\n"
    private static let liveAnswer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"

    @Test func keepsConnectionsOpen() async throws {
        try await withServer { port, server in
            let client = try await SocketClient(port: port)
            for _ in 0..<3 {
                client.clear()
                try await client.send(Self.live)
                #expect(await client.read(to: "\r\n\r\n") == Self.liveAnswer)
            }
            #expect(server.connectionCount == 1)
        }
    }

    /// What needs no model is answered before the end of the client's side is seen, which then counts as its leave.
    @Test func aClientThatOnlyEndsItsSideGetsWhatIsAnsweredAtOnce() async throws {
        try await withServer { port, _ in
            let client = try await SocketClient(port: port)
            try await client.send(Self.live)
            try await client.endOutput()
            #expect(String(decoding: await client.readToEnd(), as: UTF8.self) == Self.liveAnswer)
        }
    }

    @Test func listensOnIPv6() async throws {
        try await withServer(host: "::1") { port, _ in
            let client = try await SocketClient(port: port, host: "::1")
            try await client.send(Self.live)
            #expect(await client.read(to: "\r\n\r\n") == Self.liveAnswer)
        }
    }

    @Test func saysThatThePortIsTaken() async throws {
        try await withServer { port, _ in
            let second = HTTPServer(
                configuration: HTTPServerConfiguration(host: "127.0.0.1", port: port), service: FakeService(),
                eventLoops: EventLoops(count: 1), logger: .init(label: "test"))
            await #expect {
                _ = try await second.start()
            } throws: { error in
                (error as? ServingError)?.code == .unavailable
                    && "\(error)".contains("cannot listen for HTTP on 127.0.0.1:\(port)")
            }
            await second.stop(timeout: .zero)
        }
    }

    @Test func refusesOneConnectionTooMany() async throws {
        var limits = HTTPLimits()
        limits.maximumConnections = 1
        try await withServer(limits: limits) { port, _ in
            let first = try await SocketClient(port: port)
            try await first.send(Self.live)
            #expect(await first.read(to: "\r\n\r\n") == Self.liveAnswer)
            let second = try await SocketClient(port: port)
            let answer = String(decoding: await second.readToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
            #expect(answer.contains("too many connections"))
        }
    }

    @Test func passesLargeTensorsByteForByte() async throws {
        let count = 5_000_000
        let json =
            #"{"inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[\#(count)],"parameters":{"binary_data_size":\#(count)}}],"#
            + #""parameters":{"binary_data_output":true}}"#
        var tensor = [UInt8](repeating: 7, count: count)
        for index in stride(from: 0, to: count, by: 89) { tensor[index] = UInt8(truncatingIfNeeded: index / 89) }
        try await withServer { port, _ in
            let client = try await SocketClient(port: port)
            let head =
                "POST /v2/models/echo/infer HTTP/1.1\r\nConnection: close\r\nContent-Length: \(json.utf8.count + count)\r\n"
                + "Inference-Header-Content-Length: \(json.utf8.count)\r\n\r\n"
            try await client.send(Array((head + json).utf8) + tensor)
            let received = await client.readToEnd()
            #expect(received.starts(with: "HTTP/1.1 200 OK\r\n".utf8))
            #expect(received.suffix(count).elementsEqual(tensor))
        }
    }

    /// Requests of all sizes, pipelined on several connections, through real sockets.
    @Test(arguments: 0..<4 as Range<UInt64>) func pipelinedTensorsComeBackByteForByte(_ seed: UInt64) async throws {
        try await withServer { port, _ in
            try await withThrowingTaskGroup { group in
                for connection in 0..<3 as Range<UInt64> {
                    group.addTask {
                        var generator = SeededGenerator(seed: seed * 3 + connection)
                        var stream: [UInt8] = []
                        var tensors: [[UInt8]] = []
                        let count = 12
                        for number in 0..<count {
                            let limit = [60, 9_000, 70_000, 1_500_000].randomElement(using: &generator) ?? 60
                            let size = Int.random(in: 1...limit, using: &generator)
                            tensors.append((0..<size).map { UInt8(truncatingIfNeeded: ($0 >> 3) &* 31 &+ number) })
                            let json =
                                #"{"inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[\#(size)],"parameters":{"binary_data_size":\#(size)}}],"#
                                + #""parameters":{"binary_data_output":true}}"#
                            stream +=
                                "POST /v2/models/echo/infer HTTP/1.1\r\nContent-Length: \(json.utf8.count + size)\r\n"
                                .utf8
                            if number == count - 1 { stream += "Connection: close\r\n".utf8 }
                            stream += "Inference-Header-Content-Length: \(json.utf8.count)\r\n\r\n\(json)".utf8
                            stream += tensors[number]
                        }
                        let client = try await SocketClient(port: port)
                        try await client.send(stream)
                        var rest = await client.readToEnd()[...]
                        for tensor in tensors {
                            let lengthLine = try #require(rest.firstRange(of: Array("\r\nContent-Length: ".utf8)))
                            let digits = rest[lengthLine.upperBound...].prefix { $0 != 13 }
                            let length = try #require(Int(String(decoding: digits, as: UTF8.self)))
                            let headEnd = try #require(rest.firstRange(of: Array("\r\n\r\n".utf8)))
                            rest = rest[headEnd.upperBound...]
                            #expect(rest.prefix(length).suffix(tensor.count).elementsEqual(tensor))
                            rest = rest.dropFirst(length)
                        }
                        #expect(rest.isEmpty)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func theAnswerToABadRequestArrivesThoughMoreIsSent() async throws {
        try await withServer { port, _ in
            let client = try await SocketClient(port: port)
            try await client.send("GET / HTTP/1.1\nbad\r\n\r\n" + String(repeating: "x", count: 300_000))
            #expect(String(decoding: await client.readToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test func stopsWhenRequestsInFlightAreDone() async throws {
        let model = FakeServable("echo", holdsRequests: true)
        let configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
        let server = HTTPServer(
            configuration: configuration, service: FakeService([model]), eventLoops: EventLoops(count: 1),
            logger: .init(label: "test"))
        let port = try await server.start()
        let idle = try await SocketClient(port: port)
        try await idle.send(Self.live)
        _ = await idle.read(to: "\r\n\r\n")
        let busy = try await SocketClient(port: port)
        let body = #"{"inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[1],"data":[9]}]}"#
        try await busy.send(
            "POST /v2/models/echo/infer HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        while model.heldRequests.isEmpty { await Task.yield() }

        async let stopped = server.stop(timeout: .seconds(60))
        #expect(String(decoding: await idle.readToEnd(), as: UTF8.self) == Self.liveAnswer)
        await #expect(throws: (any Error).self) { _ = try await SocketClient(port: port) }
        #expect(server.connectionCount == 1)
        model.release()
        let answer = String(decoding: await busy.readToEnd(), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nConnection: close\r\n"))
        #expect(await stopped)
    }

    @Test func anIdleConnectionStaysForOneMoreRequest() async throws {
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(host: "127.0.0.1", port: 0), service: FakeService(),
            eventLoops: EventLoops(count: 1), logger: .init(label: "test"))
        let port = try await server.start()
        let client = try await SocketClient(port: port)
        try await client.send(Self.live)
        _ = await client.read(to: "\r\n\r\n")
        async let stopped = server.stop(timeout: .seconds(120), idleGrace: .seconds(60))
        // New connections are refused once the server has begun to stop.
        while (try? await SocketClient(port: port)) != nil { await Task.yield() }
        try await client.send(Self.live)
        let answer = String(decoding: await client.readToEnd(), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nConnection: close\r\n"))
        #expect(await stopped)
    }

    @Test func cutsOffWhatDoesNotEndInTime() async throws {
        let model = FakeServable("echo", holdsRequests: true)
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(host: "127.0.0.1", port: 0), service: FakeService([model]),
            eventLoops: EventLoops(count: 1), logger: .init(label: "test"))
        let port = try await server.start()
        let client = try await SocketClient(port: port)
        let body = #"{"inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[1],"data":[9]}]}"#
        try await client.send(
            "POST /v2/models/echo/infer HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        while model.heldRequests.isEmpty { await Task.yield() }
        let flag = try #require(model.heldRequests.first?.cancellation)
        #expect(await server.stop(timeout: .milliseconds(1)) == false)
        #expect(await client.readToEnd().isEmpty)
        #expect(flag.isCancelled)
        model.release()
    }
}
