import NIOCore
import NIOHTTP1
import NIOPosix

/// A small HTTP/1.1 client: a connection for each request, whole bodies.
struct HTTPClient: Sendable {
    /// The largest body of an answer.
    static let maximumBodySize = 1 << 30

    let url: ServerURL
    /// For a whole exchange.
    let timeout: TimeAmount

    func get(_ path: String) async throws(ClientError) -> HTTPReply {
        try await send(.GET, path, headers: [], body: [])
    }

    func post(
        _ path: String, headers: [(String, String)] = [], body: [UInt8]
    ) async throws(ClientError) -> HTTPReply {
        try await send(.POST, path, headers: headers, body: body)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)], body: [UInt8]
    ) async throws(ClientError) -> HTTPReply {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: url.path + path)
        head.headers.add(name: "Host", value: url.authority)
        head.headers.add(name: "User-Agent", value: "nereid/\(NereidCommand.version)")
        head.headers.add(name: "Connection", value: "close")
        head.headers.add(name: "Content-Length", value: String(body.count))
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        let exchange = HTTPExchange(request: head, body: ByteBuffer(bytes: body), timeout: timeout)
        do {
            return try await exchange.run(host: url.host, port: url.port)
        } catch let error as NIOConnectionError {
            throw .unreachable(url, reason: Self.reason(error))
        } catch let error as ChannelError {
            if case .connectTimeout = error { throw .unreachable(url, reason: "no answer to the connection attempt") }
            throw .broken(url, reason: "\(error)")
        } catch HTTPExchange.Failure.timedOut {
            throw .timedOut(url, seconds: timeout.nanoseconds / 1_000_000_000)
        } catch HTTPExchange.Failure.closedEarly {
            throw .broken(url, reason: "the server closed the connection before it answered")
        } catch {
            throw .broken(url, reason: "\(error)")
        }
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        if let failure = error.connectionErrors.first?.error {
            return (failure as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(failure)"
        }
        return error.dnsAAAAError == nil && error.dnsAError == nil
            ? "no address to connect to" : "the host name cannot be resolved"
    }
}
