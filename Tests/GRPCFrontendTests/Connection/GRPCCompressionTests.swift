import InferenceTypes
import NIOCore
import NIOEmbedded
import ServerTransport
import Testing

@testable import GRPCFrontend

struct GRPCCompressionTests {
    private func compressed(_ bytes: [UInt8], _ coding: ContentCoding) throws -> [UInt8] {
        HTTP2TestClient.framed(
            try #require(Deflater.deflate([TensorBytes(copying: bytes)], coding)), isCompressed: true)
    }

    private func answer(
        _ probe: GRPCProbe, _ body: [UInt8], encoding: String?, path: String = "/test.Service/Echo"
    ) throws -> HTTP2TestClient.Answer {
        let added = encoding.map { [("grpc-encoding", $0)] } ?? []
        let id = probe.client.request(HTTP2TestClient.fields(path, adding: added), body: body)
        try probe.exchange()
        return try #require(probe.client.answers[id])
    }

    @Test(arguments: [ContentCoding.gzip, .deflate])
    func compressedMessagesAreRead(coding: ContentCoding) throws {
        let probe = try GRPCProbe()
        let message = Array(repeating: UInt8(3), count: 10_000)
        let body = try compressed(message, coding)
        #expect(try answer(probe, body, encoding: coding.rawValue).messages == [message])
        #expect(try answer(probe, HTTP2TestClient.framed([1]), encoding: coding.rawValue).messages == [[1]])
        let aligned = try answer(probe, body, encoding: coding.rawValue, path: "/test.Service/Aligned")
        #expect(aligned.messages == [[1]])
    }

    @Test func damageAndDeceitAreRefused() throws {
        let probe = try GRPCProbe { $0.limits.maximumInflatedBytes = 100_000 }
        let bomb = try compressed(Array(repeating: 0, count: 100_001), .gzip)
        #expect(bomb.count < 1000)
        let refused = try answer(probe, bomb, encoding: "gzip")
        #expect(refused.status == "8")
        #expect(refused.message?.contains("--grpc-max-inflated-size") == true)
        #expect(
            try answer(
                probe, compressed(Array(repeating: 0, count: 100_000), .gzip), encoding: "gzip",
                path: "/test.Service/Collect"
            ).status == "0")
        #expect(try answer(probe, compressed([1], .gzip), encoding: "deflate").status == "13")
        #expect(try answer(probe, HTTP2TestClient.framed([1, 2], isCompressed: true), encoding: "gzip").status == "13")
        #expect(try answer(probe, compressed([1], .gzip), encoding: nil).status == "13")
        #expect(try answer(probe, compressed([1], .gzip), encoding: "identity").status == "13")
    }

    /// Long compressed messages are inflated elsewhere; the messages of a call stay in order meanwhile.
    @Test func longMessagesAreInflatedOffTheLoopInOrder() async throws {
        let methods = TestMethods()
        try await withGRPCServer(methods: methods) { client in
            var generator = SystemRandomNumberGenerator()
            let noise = (0..<50_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let id = await client.request(
                HTTP2TestClient.fields("/test.Service/Collect", adding: [("grpc-encoding", "gzip")]),
                body: try compressed(noise, .gzip) + HTTP2TestClient.framed([1]) + compressed(noise + [2], .gzip)
                    + HTTP2TestClient.framed([3]))
            let answer = await client.answer(id)
            #expect(answer.messages == [noise, [1], noise + [2], [3]])
            #expect(answer.status == "0")
        }
    }

    private func compressing(_ level: GRPCCompressionLevel, accepting: String?, _ message: [UInt8]) throws
        -> HTTP2TestClient.Answer
    {
        let probe = try GRPCProbe { $0.compression = level }
        return try probe.answer(message, adding: accepting.map { [("grpc-accept-encoding", $0)] } ?? [])
    }

    @Test func answersAreCompressedWhenBothSidesWantIt() throws {
        let message = Array(repeating: UInt8(9), count: 5000)
        for level in [GRPCCompressionLevel.low, .medium, .high] {
            for (accepted, coding) in [("identity, deflate, gzip", ContentCoding.gzip), ("deflate", .deflate)] {
                let answer = try compressing(level, accepting: accepted, message)
                #expect(answer.fields["grpc-encoding"] == coding.rawValue)
                #expect(answer.body.first == 1)
                let inflated = try Inflater.inflate(
                    TensorBytes(copying: try #require(answer.messages.first)), coding, limit: 10_000,
                    alignedOffset: 0)
                #expect(inflated.withUnsafeBytes { Array($0) } == message)
            }
        }
        for (level, accepted) in [(GRPCCompressionLevel.none, "gzip"), (.high, "identity"), (.high, "zzgzip")] {
            let answer = try compressing(level, accepting: accepted, message)
            #expect(answer.fields["grpc-encoding"] == nil)
            #expect(answer.messages == [message])
        }
        #expect(try compressing(.high, accepting: nil, message).messages == [message])
        let incompressible = try compressing(.high, accepting: "gzip", [1, 2, 3])
        #expect(incompressible.body == HTTP2TestClient.framed([1, 2, 3]))
    }

    @Test func longAnswersAreCompressedOffTheLoopInOrder() async throws {
        try await withGRPCServer(methods: TestMethods(), { $0.compression = .low }) { client in
            let message = Array(repeating: UInt8(9), count: 500_000)
            let id = await client.request(
                HTTP2TestClient.fields("/test.Service/Collect", adding: [("grpc-accept-encoding", "gzip")]),
                body: HTTP2TestClient.framed(message) + HTTP2TestClient.framed([1]))
            let answer = await client.answer(id)
            #expect(answer.status == "0")
            #expect(answer.body.count < 10_000)
            #expect(answer.messages.count == 2)
            #expect(answer.messages.last == [1])
        }
    }
}
