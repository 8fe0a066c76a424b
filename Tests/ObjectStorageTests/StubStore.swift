import Crypto
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An S3 server in memory that lists and reads one bucket, and fails when it is told to. It checks no signatures; the
/// integration tests run against a server that does.
final class StubStore: Sendable {
    /// What happens to the next request for an object, or for a listing.
    enum Fault: Sendable {
        case answer(status: Int, body: String, headers: [(String, String)] = [])
        /// The connection ends after so many bytes of the body.
        case cut(after: Int)
        /// Nothing comes.
        case silence
        /// Other bytes of the same length.
        case damage
        /// Before the answer the object gets another content.
        case change(to: String)
    }

    struct Request: Sendable {
        var uri: String
        var headers: HTTPHeaders
    }

    private struct State {
        var objects: [String: [UInt8]] = [:]
        var faults: [Fault] = []
        var listingFaults: [Fault] = []
        var requests: [Request] = []
        var listings = 0
    }

    let port: Int
    private let channel: any Channel
    private let state: SharedState

    private final class SharedState: Sendable {
        let value = Mutex(State())
    }

    init() async throws {
        let state = SharedState()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(state))
                }
            }
        channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        self.state = state
    }

    func stop() async throws { try await channel.close().get() }

    /// Of the repository "repo" in it.
    var location: String { "s3://127.0.0.1:\(port)/bucket/repo" }

    func put(_ path: String, _ content: String) {
        state.value.withLock { $0.objects["repo/\(path)"] = Array(content.utf8) }
    }

    func remove(_ path: String) { state.value.withLock { _ = $0.objects.removeValue(forKey: "repo/\(path)") } }

    func failObjects(_ faults: Fault...) { state.value.withLock { $0.faults += faults } }

    func failListings(_ faults: Fault...) { state.value.withLock { $0.listingFaults += faults } }

    /// Requests for objects since the last call.
    func takeRequests() -> [Request] {
        state.value.withLock { state in
            defer { state.requests = [] }
            return state.requests
        }
    }

    // MARK: Answers

    private struct Answer {
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// Where the connection ends.
        var cut: Int?
        var isSilent = false
    }

    private static func answer(_ head: HTTPRequestHead, _ state: SharedState) -> Answer {
        let parts = head.uri.split(separator: "?", maxSplits: 1).map(String.init)
        let isListing = parts.count > 1
        return state.value.withLock { state in
            let fault: Fault?
            if isListing {
                fault = state.listingFaults.isEmpty ? nil : state.listingFaults.removeFirst()
            } else {
                state.requests.append(Request(uri: head.uri, headers: head.headers))
                fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
            }
            if case .answer(let status, let body, let headers)? = fault {
                return Answer(status: status, headers: headers, body: Array(body.utf8))
            }
            if case .silence? = fault { return Answer(isSilent: true) }
            if isListing { return listing(state.objects, query: parts[1]) }
            let key = percentDecoded(String(parts[0].dropFirst("/bucket/".count)))
            if case .change(let content)? = fault { state.objects[key] = Array(content.utf8) }
            guard let content = state.objects[key] else { return Answer(status: 404) }
            var answer = object(content, head.headers)
            if case .cut(let count)? = fault { answer.cut = count }
            if case .damage? = fault { answer.body = answer.body.map { ~$0 } }
            return answer
        }
    }

    private static func object(_ content: [UInt8], _ headers: HTTPHeaders) -> Answer {
        let tag = tag(of: content)
        guard headers.first(name: "if-match") == tag else { return Answer(status: 412) }
        guard let range = headers.first(name: "range")?.dropFirst("bytes=".count) else {
            return Answer(headers: [("etag", tag)], body: content)
        }
        let bounds = range.split(separator: "-").compactMap { Int($0) }
        guard bounds.count == 2, bounds[0] <= bounds[1], bounds[1] < content.count else { return Answer(status: 416) }
        return Answer(
            status: 206, headers: [("etag", tag), ("content-range", "bytes \(range)/\(content.count)")],
            body: Array(content[bounds[0]...bounds[1]]))
    }

    private static func listing(_ objects: [String: [UInt8]], query: String) -> Answer {
        var fields: [String: String] = [:]
        for field in query.split(separator: "&") {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[String(pair[0])] = percentDecoded(String(pair.last ?? ""))
        }
        let prefix = fields["prefix"] ?? ""
        var prefixes: Set<String> = []
        var body = "<ListBucketResult>"
        let after = fields["continuation-token"] ?? ""
        // Pages are short, so that there is always more than one.
        let keys = objects.keys.filter { $0.hasPrefix(prefix) && $0 > after }.sorted()
        for key in keys.prefix(3) {
            let rest = key.dropFirst(prefix.count)
            if fields["delimiter"] != nil, let slash = rest.firstIndex(of: "/") {
                prefixes.insert(prefix + rest[...slash])
            } else {
                let content = objects[key] ?? []
                body += "<Contents><Key>\(escaped(key))</Key><Size>\(content.count)</Size>"
                body += "<ETag>\(escaped(tag(of: content)))</ETag></Contents>"
            }
        }
        for prefix in prefixes.sorted() {
            body += "<CommonPrefixes><Prefix>\(escaped(prefix))</Prefix></CommonPrefixes>"
        }
        let isTruncated = keys.count > 3
        body += "<IsTruncated>\(isTruncated)</IsTruncated>"
        if isTruncated { body += "<NextContinuationToken>\(escaped(keys[2]))</NextContinuationToken>" }
        return Answer(body: Array((body + "</ListBucketResult>").utf8))
    }

    private static func tag(of content: [UInt8]) -> String {
        let digits = Insecure.MD5.hash(data: content).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return "\"\(digits.joined())\""
    }

    private static func escaped(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar -> String in
                switch scalar {
                case "&", "<", "\"": "&#\(scalar.value);"
                case _ where scalar.value < 0x20: "&#\(scalar.value);"
                default: String(Character(scalar))
                }
            }.joined())
    }

    private static func percentDecoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let state: SharedState

        init(_ state: SharedState) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let request) = unwrapInboundIn(data) else { return }
            let answer = StubStore.answer(request, state)
            guard !answer.isSilent else { return }
            var headers = HTTPHeaders(answer.headers)
            headers.add(name: "content-length", value: String(answer.body.count))
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            let body = ByteBuffer(bytes: answer.body.prefix(answer.cut ?? answer.body.count))
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            if answer.cut != nil {
                context.flush()
                context.close(promise: nil)
            } else {
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
