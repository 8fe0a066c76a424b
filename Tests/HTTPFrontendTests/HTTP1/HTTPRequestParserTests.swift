import Testing

@testable import HTTPFrontend

struct HTTPRequestParserTests {
    @Test func readsARequestWithoutABody() {
        let transcript = ParserTranscript("GET /v2/health/live?x=1 HTTP/1.1\r\nHost: a\r\nAccept:\t*/* \r\n\r\n")
        #expect(transcript.description == #"get /v2/health/live 1.1 ["Host=a", "Accept=*/*"] none alive | end"#)
    }

    @Test func readsABodyByLength() {
        let transcript = ParserTranscript("POST /x HTTP/1.1\r\ncontent-LENGTH: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n")
        #expect(
            transcript.description
                == #"post /x 1.1 ["content-LENGTH=5"] length(5) alive | body hello | end | get / 1.1 [] none alive | end"#
        )
    }

    @Test func readsAChunkedBodyWithExtensionsAndTrailers() {
        let transcript = ParserTranscript(
            "POST /x HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "5;a=b\r\nhello\r\n00A\r\n, world!!!\r\n0\r\nX: y\r\n\r\nGET /y HTTP/1.1\r\n\r\n")
        #expect(
            transcript.description
                == #"post /x 1.1 ["Transfer-Encoding=Chunked"] chunked alive | body hello, world!!! | end "#
                + #"| get /y 1.1 [] none alive | end"#)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nConnection: foo , Close\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nConnection: foo\r\nConnection: close\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n", true),
        ("GET / HTTP/1.0\r\n\r\n", false),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true),
        ("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false),
        ("GET / HTTP/1.7\r\n\r\n", true),
    ]) func knowsWhetherTheConnectionStaysOpen(_ text: String, _ stays: Bool) {
        #expect(ParserTranscript(text).description.contains("alive | end") == stays)
        #expect(ParserTranscript(text).failure == nil)
    }

    @Test(arguments: [
        ("GET http://host:80/v2/models/m?x HTTP/1.1\r\n\r\n", "/v2/models/m"),
        ("GET http://host HTTP/1.1\r\n\r\n", ""),
        ("OPTIONS * HTTP/1.1\r\n\r\n", "*"),
        ("GET /a%2Fb#c HTTP/1.1\r\n\r\n", "/a%2Fb"),
        ("GET /é HTTP/1.1\r\n\r\n", "/é"),
        ("\r\n\r\nGET /after-empty-lines HTTP/1.1\r\n\r\n", "/after-empty-lines"),
    ]) func findsThePath(_ text: String, _ path: String) {
        #expect(ParserTranscript(text).description.contains(" \(path) 1.1 []"))
    }

    @Test func expectsContinueOnlyInHTTP11() {
        let field = "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n"
        #expect(ParserTranscript("POST / HTTP/1.1\r\n" + field).description.contains("expects"))
        #expect(!ParserTranscript("POST / HTTP/1.0\r\n" + field).description.contains("expects"))
        #expect(ParserTranscript("POST / HTTP/1.1\r\nExpect: more\r\n\r\n").failure?.status == .expectationFailed)
    }

    private static let post = "POST / HTTP/1.1\r\n"
    private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    /// What a proxy and this server could read differently, and what is no HTTP at all.
    static let refused: [(String, HTTPStatus)] = [
        // Two framings, or none that is certain.
        (post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", .badRequest),
        (post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", .badRequest),
        (post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", .badRequest),
        (post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", .badRequest),
        (post + "Content-Length: 5, 5\r\n\r\n", .badRequest),
        (post + "Content-Length: +5\r\n\r\n", .badRequest),
        (post + "Content-Length: -1\r\n\r\n", .badRequest),
        (post + "Content-Length: 0x5\r\n\r\n", .badRequest),
        (post + "Content-Length: 5 5\r\n\r\n", .badRequest),
        (post + "Content-Length: 5a\r\n\r\n", .badRequest),
        (post + "Content-Length:\r\n\r\n", .badRequest),
        (post + "Content-Length: abc\r\n\r\n", .badRequest),
        (post + "Content-Length: 99999999999999999999\r\n\r\n", .payloadTooLarge),
        (post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .badRequest),
        (post + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n", .notImplemented),
        (post + "Transfer-Encoding: gzip, chunked\r\n\r\n", .notImplemented),
        (post + "Transfer-Encoding: chunked, chunked\r\n\r\n", .notImplemented),
        (post + "Transfer-Encoding: xchunked\r\n\r\n", .notImplemented),
        (post + "Transfer-Encoding: \"chunked\"\r\n\r\n", .notImplemented),
        (post + "Transfer-Encoding:\u{0B}chunked\r\n\r\n", .badRequest),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .badRequest),
        (post + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n", .badRequest),
        (post + "Transfer-Encoding: chunked\r\n\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n", .badRequest),
        // Field lines.
        (post + "Content-Length : 5\r\n\r\n", .badRequest),
        (post + "Content-Length\t: 5\r\n\r\n", .badRequest),
        (post + "X: a\r\n b\r\n\r\n", .badRequest),
        (post + "X: a\r\n\tb\r\n\r\n", .badRequest),
        (post + " X: a\r\n\r\n", .badRequest),
        (post + ": a\r\n\r\n", .badRequest),
        (post + "X\r\n\r\n", .badRequest),
        (post + "X Y: a\r\n\r\n", .badRequest),
        (post + "X(Y): a\r\n\r\n", .badRequest),
        (post + "X\u{00E9}: a\r\n\r\n", .badRequest),
        (post + "X: a\0b\r\n\r\n", .badRequest),
        (post + "X: a\rb\r\n\r\n", .badRequest),
        (post + "X: a\u{7F}\r\n\r\n", .badRequest),
        (post + "Host: a\r\nHost: b\r\n\r\n", .badRequest),
        // Line ends.
        ("GET / HTTP/1.1\n\n", .badRequest),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", .badRequest),
        (post + "X: a\nContent-Length: 5\r\n\r\n", .badRequest),
        (post + "X: a\r\n\n", .badRequest),
        (post + "X: a\r\r\n\r\n", .badRequest),
        ("\n", .badRequest),
        ("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", .badRequest),
        // The request line.
        ("GET /\r\n\r\n", .badRequest),
        ("GET\r\n\r\n", .badRequest),
        ("GET  / HTTP/1.1\r\n\r\n", .badRequest),
        ("GET / HTTP/1.1 \r\n\r\n", .badRequest),
        ("GET /  HTTP/1.1\r\n\r\n", .badRequest),
        ("GET /a b HTTP/1.1\r\n\r\n", .badRequest),
        ("GET\t/ HTTP/1.1\r\n\r\n", .badRequest),
        (" GET / HTTP/1.1\r\n\r\n", .badRequest),
        ("G@T / HTTP/1.1\r\n\r\n", .badRequest),
        ("GET /a\u{01}b HTTP/1.1\r\n\r\n", .badRequest),
        ("GET / http/1.1\r\n\r\n", .badRequest),
        ("GET / HTTP/1\r\n\r\n", .badRequest),
        ("GET / HTTP/1.10\r\n\r\n", .badRequest),
        ("GET / HTTP/a.b\r\n\r\n", .badRequest),
        ("GET / HTTP/11\r\n\r\n", .badRequest),
        ("GET / HTTP/2.0\r\n\r\n", .versionNotSupported),
        ("GET / HTTP/9.9\r\n\r\n", .versionNotSupported),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .versionNotSupported),
        ("\u{16}\u{03}\u{01}", .badRequest),
        // Chunks.
        (chunked + "g\r\n", .badRequest),
        (chunked + "\r\n", .badRequest),
        (chunked + "-1\r\n", .badRequest),
        (chunked + "0x5\r\nhello\r\n", .badRequest),
        (chunked + " 5\r\nhello\r\n", .badRequest),
        (chunked + "5 \r\nhello\r\n", .badRequest),
        (chunked + "5\nhello\r\n", .badRequest),
        (chunked + "5\r\nhelloX\r\n", .badRequest),
        (chunked + "5\r\nhello\n", .badRequest),
        (chunked + "5;a\rb\r\nhello\r\n", .badRequest),
        (chunked + "1000000000000000\r\n", .badRequest),
        (chunked + "ffffffffffffffff\r\n", .badRequest),
        (chunked + "0\r\nX : y\r\n\r\n", .badRequest),
        (chunked + "0\r\nX: y\n\r\n", .badRequest),
    ]

    @Test(arguments: refused) func refuses(_ text: String, _ status: HTTPStatus) {
        let transcript = ParserTranscript(text)
        #expect(transcript.failure?.status == status, "\(transcript)")
        #expect(transcript.failure?.message.isEmpty == false)
    }

    @Test func staysFailed() {
        var parser = HTTPRequestParser()
        let bytes = Array("GET /\r\n\r\nGET / HTTP/1.1\r\n\r\n".utf8)
        bytes.withUnsafeBytes { input in
            var offset = 0
            for _ in 0..<3 {
                guard case .failure = parser.next(input, at: &offset) else {
                    Issue.record("the parser went on after a failure")
                    return
                }
            }
        }
    }

    @Test func limitsTheBytesOfAHead() {
        let limit = 100
        func request(_ count: Int) -> String {
            let start = "GET / HTTP/1.1\r\nX: "
            return start + String(repeating: "a", count: count - start.utf8.count - 4) + "\r\n\r\n"
        }
        #expect(ParserTranscript(request(limit), maximumHeaderBytes: limit).failure == nil)
        #expect(
            ParserTranscript(request(limit + 1), maximumHeaderBytes: limit).failure?.status == .headerFieldsTooLarge)
        let endless = String(repeating: "a", count: 1000)
        #expect(ParserTranscript(endless, maximumHeaderBytes: limit).failure?.status == .headerFieldsTooLarge)
    }

    @Test func limitsTheNumberOfFields() {
        func request(_ count: Int) -> String {
            "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: count) + "\r\n"
        }
        #expect(ParserTranscript(request(200)).failure == nil)
        #expect(ParserTranscript(request(201)).failure?.status == .headerFieldsTooLarge)
        let trailers = Self.chunked + "0\r\n" + String(repeating: "X: y\r\n", count: 201) + "\r\n"
        #expect(ParserTranscript(trailers).failure?.status == .headerFieldsTooLarge)
    }

    @Test func limitsChunkExtensions() {
        let chunk = "1;" + String(repeating: "e", count: 1000) + "\r\nx\r\n"
        let transcript = ParserTranscript(
            Self.chunked + String(repeating: chunk, count: 20) + "0\r\n\r\n", maximumHeaderBytes: 4096)
        #expect(transcript.failure?.status == .badRequest)
    }
}
