import InferenceTypes
import Logging
import ServerTransport
import Synchronization
import Testing

@testable import HTTPFrontend

/// The metrics port, as Triton's answers.
struct MetricsServerTests {
    private static let contentType = "Content-Type: text/plain; charset=utf-8\r\n"

    private func withMetrics(
        _ text: @escaping @Sendable () -> [UInt8] = { Array("up 1\n".utf8) }, limits: HTTPLimits = HTTPLimits(),
        _ body: (_ port: Int) async throws -> Void
    ) async throws {
        var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
        configuration.limits = limits.withoutHurry
        let server = HTTPServer(
            configuration: configuration, metrics: text, eventLoops: EventLoops(count: 1),
            logger: Logger(label: "test"))
        let port = try await server.start()
        try await body(port)
        #expect(await server.stop(timeout: .seconds(60)))
    }

    @Test(arguments: ["/metrics", "/metrics/", "/metrics?match=x"])
    func metrics(path: String) async throws {
        try await withMetrics { port in
            let answer = try await SocketClient.exchange(port, "GET", path, "Accept-Encoding: gzip\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains(Self.contentType))
            #expect(answer.contains("Content-Length: 5\r\n"))
            #expect(!answer.contains("Content-Encoding"))
            #expect(answer.hasSuffix("\r\n\r\nup 1\n"))
        }
    }

    @Test(arguments: ["/", "/metrics//", "/metrics/x", "/metricsx", "/v2/health/live"])
    func otherPathsAreEmpty(path: String) async throws {
        try await withMetrics { port in
            let answer = try await SocketClient.exchange(port, "GET", path)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains(Self.contentType) && answer.contains("Content-Length: 0\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS"])
    func otherMethodsAreRefused(method: String) async throws {
        try await withMetrics { port in
            let answer = try await SocketClient.exchange(port, method, "/metrics")
            #expect(answer.hasPrefix("HTTP/1.1 405 Not Allowed\r\n"))
            #expect(answer.contains("Content-Type: text/plain\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n{\"error\":\"Method Not Allowed\"}"))
        }
    }

    @Test func headIsRefusedWithoutABody() async throws {
        try await withMetrics { port in
            let answer = try await SocketClient.exchange(port, "HEAD", "/metrics")
            #expect(answer.hasPrefix("HTTP/1.1 405 Not Allowed\r\n"))
            #expect(answer.contains("Content-Length: 30\r\n") && answer.hasSuffix("\r\n\r\n"))
        }
    }

    /// However many ask, one look at the server is taken at a time.
    @Test func scrapesTakeTurns() async throws {
        let running = Mutex(0)
        let most = Mutex(0)
        let text: @Sendable () -> [UInt8] = {
            let now = running.withLock { count in
                count += 1
                return count
            }
            most.withLock { $0 = max($0, now) }
            var sum = 0
            for value in 0..<200_000 { sum &+= value }
            running.withLock { $0 -= 1 }
            return Array("sum \(sum)\n".utf8)
        }
        try await withMetrics(text) { port in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<16 { group.addTask { try await SocketClient.exchange(port, "GET", "/metrics") } }
                for try await answer in group { #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n")) }
            }
        }
        #expect(most.withLock { $0 } == 1)
    }

    @Test func refusesOneConnectionTooMany() async throws {
        var limits = HTTPLimits()
        limits.maximumConnections = 1
        try await withMetrics(limits: limits) { port in
            let first = try await SocketClient(port: port)
            try await first.send("GET / HTTP/1.1\r\n\r\n")
            #expect(await first.read(to: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
            let second = try await SocketClient(port: port)
            let answer = String(decoding: await second.readToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
            try await first.close()
        }
    }

    @Test func saysThatThePortIsTaken() async throws {
        try await withMetrics { port in
            let second = HTTPServer(
                configuration: HTTPServerConfiguration(host: "127.0.0.1", port: port), metrics: { [] },
                eventLoops: EventLoops(count: 1), logger: Logger(label: "test"))
            let error = await #expect(throws: ServingError.self) { try await second.start() }
            #expect(error?.message.hasPrefix("cannot listen for metrics on 127.0.0.1:\(port)") == true)
            await second.stop(timeout: .zero)
        }
    }
}
