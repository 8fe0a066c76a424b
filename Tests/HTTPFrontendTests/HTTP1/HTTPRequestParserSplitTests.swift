import InferenceTesting
import Testing

@testable import HTTPFrontend

/// However the bytes of a connection are cut, the requests are the same.
struct HTTPRequestParserSplitTests {
    static let streams: [String] =
        [
            "GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\nGET /v2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "POST /v2/models/m/infer HTTP/1.1\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\nhello\r\nworld"
                + "\r\nPOST /x HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET /half HTTP/1.1\r\nHo",
            "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nT: u\r\n\r\n"
                + "GET / HTTP/1.1\r\n\r\n",
        ] + HTTPRequestParserTests.refused.map { "GET /first HTTP/1.1\r\nA: b\r\n\r\n" + $0.0 }

    @Test(arguments: streams) func byteByByteIsTheSameAsAtOnce(_ stream: String) {
        let bytes = Array(stream.utf8)
        #expect(ParserTranscript(bytes.map { [$0] }) == ParserTranscript([bytes]))
    }

    @Test(arguments: streams) func everySingleCutIsTheSame(_ stream: String) {
        let bytes = Array(stream.utf8)
        let whole = ParserTranscript([bytes])
        for cut in bytes.indices {
            #expect(ParserTranscript([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func headLimitDoesNotDependOnCuts(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = Array((Self.streams.randomElement(using: &generator) ?? "").utf8)
        let limit = Int.random(in: 1...60, using: &generator)
        #expect(
            ParserTranscript(bytes.map { [$0] }, maximumHeaderBytes: limit)
                == ParserTranscript([bytes], maximumHeaderBytes: limit))
    }

    /// Requests made up from known parts come out as those parts.
    @Test(arguments: 0..<200 as Range<UInt64>) func randomRequestsComeOutAsTheyWentIn(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var stream: [UInt8] = []
        var expected: [ParserTranscript.Entry] = []
        for _ in 0..<Int.random(in: 1...5, using: &generator) {
            let body = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let isChunked = Bool.random(using: &generator)
            var fields = (0..<Int.random(in: 0...8, using: &generator)).map { index in
                ("X-\(index)", Self.randomValue(&generator))
            }
            fields.insert(
                isChunked ? ("Transfer-Encoding", "chunked") : ("Content-Length", String(body.count)),
                at: Int.random(in: 0...fields.count, using: &generator))
            let path = "/" + Self.randomName(&generator)
            stream += "POST \(path) HTTP/1.1\r\n".utf8
            for (name, value) in fields {
                stream += "\(name):\(Bool.random(using: &generator) ? " " : "")\(value)\r\n".utf8
            }
            stream += "\r\n".utf8
            stream += isChunked ? Self.chunks(body, &generator) : body
            let shown = fields.map { "\($0)=\($1)" }
            let framing = isChunked ? "chunked" : "length(\(body.count))"
            expected.append(.request("post \(path) 1.1 \(shown) \(framing) alive"))
            if !body.isEmpty { expected.append(.body(body)) }
            expected.append(.end)
        }
        let transcript = ParserTranscript(Self.randomPieces(stream, &generator))
        #expect(transcript.entries == expected)
        #expect(!transcript.endsInMidst)
    }

    /// Damaged requests never crash the parser, and the cut still makes no difference.
    @Test(arguments: 0..<20 as Range<UInt64>) func damagedRequestsAreReadTheSameHoweverCut(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 { checkDamagedRequest(&generator) }
    }

    private func checkDamagedRequest(_ generator: inout SeededGenerator) {
        var bytes = Array((Self.streams.randomElement(using: &generator) ?? "").utf8)
        for _ in 0..<Int.random(in: 1...6, using: &generator) { Self.damage(&bytes, &generator) }
        let whole = ParserTranscript([bytes])
        #expect(ParserTranscript(Self.randomPieces(bytes, &generator)) == whole)
        #expect(ParserTranscript(bytes.map { [$0] }) == whole)
    }

    private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let interesting = Array("\r\n\t :;,0123456789abcfFxHTP/.\0\u{7F}".utf8) + [0x80, 0xFF]
        guard let index = bytes.indices.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: index)
        case 2: bytes[index] = interesting.randomElement(using: &generator) ?? 0
        case 3: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        default:
            let end = min(bytes.count, index + Int.random(in: 1...20, using: &generator))
            bytes.insert(contentsOf: bytes[index..<end], at: bytes.indices.randomElement(using: &generator) ?? 0)
        }
    }

    private static func randomPieces(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 0...min(rest.count, 40), using: &generator)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    private static func chunks(_ body: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var result: [UInt8] = []
        for piece in randomPieces(body, &generator) where !piece.isEmpty {
            let size = String(piece.count, radix: 16, uppercase: Bool.random(using: &generator))
            result += "\(size)\(Bool.random(using: &generator) ? ";x=1" : "")\r\n".utf8
            result += piece
            result += "\r\n".utf8
        }
        return result + Array("0\r\n\r\n".utf8)
    }

    private static func randomName(_ generator: inout SeededGenerator) -> String {
        String(
            (0..<Int.random(in: 1...20, using: &generator)).compactMap { _ in
                "abc/_-.%2F~".randomElement(using: &generator)
            })
    }

    private static func randomValue(_ generator: inout SeededGenerator) -> String {
        "v"
            + String(
                (0..<Int.random(in: 0...30, using: &generator)).compactMap { _ in
                    "abc ,;=\"/\té".randomElement(using: &generator)
                }) + "v"
    }
}
