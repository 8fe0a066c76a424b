import InferenceTesting
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPFrontend

/// The parser is held to SwiftNIO's, on valid requests, on damaged ones, and however they are cut: what both accept is the
/// same, and what only one of them accepts is the matter of a rule that is listed here.
struct HTTPParserDifferentialTests {
    /// What is refused although SwiftNIO accepts it, by the start of the message.
    private static let strictness = [
        "the header Host is given twice",
        "the only expectation that can be met is 100-continue",
        "the only Transfer-Encoding understood is chunked",
        "the header Transfer-Encoding is given twice",
        "the header Content-Length is given twice",
        "Transfer-Encoding is not part of HTTP/1.0",
        "both Content-Length and Transfer-Encoding are given",
        "this server speaks HTTP/1.1 and HTTP/1.0",
        "empty lines before a request",
        "a header field is folded over several lines",
        "malformed chunk size",
        "a chunk size has more than 15 digits",
        "a line ends with a bare LF",
        // HTTP/0.9.
        "malformed request line: expected a target and an HTTP version",
        // Bare line feeds in front of it.
        "a request must start with a method",
        // Two spaces between its parts.
        "malformed request line: expected HTTP/1.1 at its end",
    ]

    /// Refused by SwiftNIO only: it knows a list of methods and of versions, and minds some characters of targets.
    private static func isKnownLeniency(_ request: ParsedRequest) -> Bool {
        let parts = request.line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return false }
        return !["GET", "POST", "HEAD", "PUT", "OPTIONS"].contains(String(decoding: parts[0], as: UTF8.self))
            || parts[1].contains { $0 >= 0x80 || $0 == UInt8(ascii: "#") } || parts[1].first != UInt8(ascii: "/")
            || !["HTTP/1.1", "HTTP/1.0"].contains(String(decoding: parts[2], as: UTF8.self))
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func validRequestsAreReadAlike(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let stream = RequestGenerator.stream(&generator)
            let (ours, failure) = ParsedRequest.byThisServer(RequestGenerator.pieces(stream, &generator))
            let (theirs, refused) = ParsedRequest.byNIO(RequestGenerator.pieces(stream, &generator))
            #expect(failure == nil)
            // What follows the last request of a connection is refused by SwiftNIO, and thrown away by this server.
            #expect(!refused || ours.last?.keepsAlive == false)
            #expect(!ours.isEmpty)
            #expect(ours == theirs, "\(String(decoding: stream, as: UTF8.self).debugDescription)")
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func damagedRequestsAreReadAlikeOrRefusedByARule(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 1_000)
        for _ in 0..<60 {
            var stream = RequestGenerator.stream(&generator)
            for _ in 0..<Int.random(in: 1...3, using: &generator) { RequestGenerator.damage(&stream, &generator) }
            compare(stream, &generator)
        }
    }

    private func compare(_ stream: [UInt8], _ generator: inout SeededGenerator) {
        let text = String(decoding: stream, as: UTF8.self)
        let (ours, failure) = ParsedRequest.byThisServer(RequestGenerator.pieces(stream, &generator))
        let (theirs, refused) = ParsedRequest.byNIO(RequestGenerator.pieces(stream, &generator))
        for (left, right) in zip(ours, theirs) where left != right {
            Issue.record("read differently: \(left) and \(right) in \(text.debugDescription)")
            return
        }
        if theirs.count > ours.count {
            guard let failure else {
                Issue.record("only SwiftNIO read to the end of a request in \(text.debugDescription)")
                return
            }
            let isListed = Self.strictness.contains { failure.message.hasPrefix($0) }
            #expect(isListed, "refused without a rule: \(failure.message) in \(text.debugDescription)")
        } else if ours.count > theirs.count {
            #expect(refused, "SwiftNIO waits for more in \(text.debugDescription)")
            #expect(Self.isKnownLeniency(ours[theirs.count]), "accepted without a rule: \(text.debugDescription)")
        }
    }
}

/// One request as either parser reads it.
private struct ParsedRequest: Equatable, CustomStringConvertible {
    /// The request line, where the parser tells it; not compared.
    var line: [UInt8] = []
    var method = ""
    var target: [UInt8] = []
    var minorVersion = 1
    var fields: [String] = []
    var body: [UInt8] = []
    var keepsAlive = true

    var description: String {
        "\(method) \(String(decoding: target, as: UTF8.self)) 1.\(minorVersion) \(fields) \(body.count) bytes"
    }

    static func == (left: ParsedRequest, right: ParsedRequest) -> Bool {
        left.method == right.method && left.target == right.target && left.minorVersion == right.minorVersion
            && left.fields == right.fields && left.body == right.body && left.keepsAlive == right.keepsAlive
    }

    /// The requests that are complete up to the first after which the connection ends.
    static func byThisServer(_ pieces: [[UInt8]]) -> (requests: [ParsedRequest], failure: HTTPRequestError?) {
        var parser = HTTPRequestParser(maximumHeaderBytes: 64 * 1024, maximumHeaderCount: 200)
        var requests: [ParsedRequest] = []
        var current = ParsedRequest()
        for piece in pieces + [[]] {
            let failure = piece.withUnsafeBytes { input -> HTTPRequestError? in
                var offset = 0
                while true {
                    switch parser.next(input, at: &offset) {
                    case .needsMore: return nil
                    case .head(let head): current = ParsedRequest(head)
                    case .body(let range): current.body += piece[range]
                    case .end: requests.append(current)
                    case .failure(let error): return error
                    }
                }
            }
            if failure != nil { return (upToTheLast(requests), failure) }
        }
        return (upToTheLast(requests), nil)
    }

    static func byNIO(_ pieces: [[UInt8]]) -> (requests: [ParsedRequest], isRefused: Bool) {
        let channel = EmbeddedChannel()
        var requests: [ParsedRequest] = []
        var current = ParsedRequest()
        var isRefused = false
        do {
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
            try channel.pipeline.syncOperations.addHandler(decoder)
            for piece in pieces where !piece.isEmpty { try channel.writeInbound(ByteBuffer(bytes: piece)) }
        } catch {
            isRefused = true
        }
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head): current = ParsedRequest(head)
            case .body(let bytes): current.body += bytes.readableBytesView
            case .end: requests.append(current)
            }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return (upToTheLast(requests), isRefused)
    }

    /// What follows a request with `Connection: close` is not looked at by a server.
    private static func upToTheLast(_ requests: [ParsedRequest]) -> [ParsedRequest] {
        guard let last = requests.firstIndex(where: { !$0.keepsAlive }) else { return requests }
        return Array(requests[...last])
    }

    init() {}

    private init(_ head: HTTPFrontend.HTTPRequestHead) {
        switch head.method {
        case .get: method = "GET"
        case .post: method = "POST"
        case .head: method = "HEAD"
        case .other: method = "OTHER"
        }
        line = Array(head.fields.storage.prefix { $0 != UInt8(ascii: "\r") })
        target = Array(head.path)
        minorVersion = head.minorVersion
        keepsAlive = head.keepsAlive
        fields = head.fields.fields.map { field in
            String(decoding: head.fields.storage[field.name], as: UTF8.self) + "="
                + String(decoding: head.fields.storage[field.value], as: UTF8.self)
        }
    }

    private init(_ head: NIOHTTP1.HTTPRequestHead) {
        switch head.method {
        case .GET: method = "GET"
        case .POST: method = "POST"
        case .HEAD: method = "HEAD"
        default: method = "OTHER"
        }
        target = Array(head.uri.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        minorVersion = head.version.minor
        keepsAlive = head.isKeepAlive
        // SwiftNIO leaves blanks behind a value, which are not part of it.
        fields = head.headers.map { field in
            var value = field.value[...]
            while let last = value.last, last == " " || last == "\t" { value.removeLast() }
            return "\(field.name)=\(value)"
        }
    }
}

/// Makes up requests and damages them.
private enum RequestGenerator {
    static func stream(_ generator: inout SeededGenerator) -> [UInt8] {
        var stream: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) { stream += request(&generator) }
        return stream
    }

    private static func request(_ generator: inout SeededGenerator) -> [UInt8] {
        let body = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let isChunked = Bool.random(using: &generator)
        let method = ["GET", "POST", "HEAD", "PUT", "OPTIONS"].randomElement(using: &generator) ?? "GET"
        let target = "/" + text(0...12, of: "abc/_-.%2F~=&", &generator)
        let query = Bool.random(using: &generator) ? "?" + text(0...6, of: "a=b&", &generator) : ""
        var lines = (0..<Int.random(in: 0...5, using: &generator)).map { index in
            let blank = ["", " ", "\t", "  "].randomElement(using: &generator) ?? ""
            return "X-\(index):" + blank + text(0...20, of: "abc ,;=\"/()<>@", &generator).trimmed + blank
        }
        if isChunked {
            lines.append("Transfer-Encoding: chunked")
        } else if !body.isEmpty || Bool.random(using: &generator) {
            lines.append("Content-Length: \(body.count)")
        }
        if Int.random(in: 0..<3, using: &generator) == 0 { lines.append("Host: localhost:8000") }
        if Int.random(in: 0..<5, using: &generator) == 0 { lines.append("Connection: keep-alive") }
        if Int.random(in: 0..<8, using: &generator) == 0 { lines.append("Connection: close") }
        lines.shuffle(using: &generator)
        let head = (["\(method) \(target)\(query) HTTP/1.1"] + lines + ["", ""]).joined(separator: "\r\n")
        let isFramed = isChunked || lines.contains { $0.hasPrefix("Content-Length") }
        return Array(head.utf8) + (isFramed ? isChunked ? chunks(body, &generator) : body : [])
    }

    private static func text(_ length: ClosedRange<Int>, of set: String, _ generator: inout SeededGenerator) -> String {
        String(
            (0..<Int.random(in: length, using: &generator)).compactMap { _ in set.randomElement(using: &generator) })
    }

    private static func chunks(_ body: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var result: [UInt8] = []
        for piece in pieces(body, &generator) where !piece.isEmpty {
            result += "\(String(piece.count, radix: 16))\(Bool.random(using: &generator) ? ";x=1" : "")\r\n".utf8
            result += piece + Array("\r\n".utf8)
        }
        return result + Array((Bool.random(using: &generator) ? "0\r\n\r\n" : "0\r\nT: u\r\n\r\n").utf8)
    }

    static func pieces(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...max(1, min(rest.count, 50)), using: &generator)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let interesting = Array("\r\n\t :;,0123456789abcfFxHTP/.\0\u{7F}".utf8) + [0x80, 0xFF]
        let extra = [
            "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "Host: a\r\n",
            "Host: b\r\n", "Expect: x\r\n", " folded\r\n", "\r\n", "\n", "A : b\r\n",
        ]
        guard let index = bytes.indices.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: index)
        case 2: bytes[index] = interesting.randomElement(using: &generator) ?? 0
        case 3: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        default:
            let lineEnds = bytes.indices.filter { $0 > 0 && bytes[$0 - 1] == UInt8(ascii: "\n") }
            guard let place = lineEnds.randomElement(using: &generator) else { return }
            bytes.insert(contentsOf: (extra.randomElement(using: &generator) ?? "").utf8, at: place)
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
