import ServingProtocol
import HTTP2Codec
import InferenceTypes
import NIOCore
import NIOEmbedded
import ServerTransport
import Synchronization
import Testing

@testable import GRPCFrontend

struct GRPCCallTests {
    @Test func aUnaryCallIsAnswered() throws {
        let probe = try GRPCProbe()
        let answer = try probe.answer([1, 2, 3])
        #expect(answer.fields[":status"] == "200")
        #expect(answer.fields["content-type"] == "application/grpc")
        #expect(answer.fields["grpc-accept-encoding"] == "identity, deflate, gzip")
        #expect(answer.messages == [[1, 2, 3]])
        #expect(answer.trailers == ["grpc-status": "0"])
        #expect(answer.closeCode == 0)
        #expect(try probe.answer([]).messages == [[]])
        #expect(probe.handler.calls.isEmpty)
    }

    /// Header fields that repeat are not read again; what differs in one place is.
    @Test func callsThatDifferInOneFieldAreToldApart() throws {
        let probe = try GRPCProbe()
        for _ in 0..<2 {
            #expect(try probe.answer([1]).messages == [[1]])
            #expect(try probe.answer([1]).messages == [[1]])
            #expect(try probe.answer([1], path: "/test.Service/Fail").fields["grpc-status"] == "5")
            #expect(try probe.answer([1], adding: [("grpc-encoding", "none")]).fields["grpc-status"] == "12")
            #expect(try probe.answer([1], adding: [("grpc-timeout", "x")]).fields["grpc-status"] == "13")
            #expect(try probe.answer([1], adding: [("grpc-timeout", "9S")]).messages == [[1]])
        }
        // The same bytes, cut into names and values at other places.
        for (name, value) in [("ab", "c"), ("a", "bc"), ("ab", "c")] {
            let id = probe.client.request(
                HTTP2TestClient.fields("/test.Service/Stream", adding: [(name, value)]), body: [], isEnd: false)
            try probe.exchange()
            let call = try #require(probe.methods.calls.last?.call)
            #expect(call.metadata[name] == value)
            call.finish(.ok)
            try probe.exchange()
            #expect(probe.client.answers[id]?.status == "0")
        }
    }

    @Test func aFailureIsTrailersOnly() throws {
        let answer = try GRPCProbe().answer(path: "/test.Service/Fail")
        #expect(answer.fields[":status"] == "200")
        #expect(answer.fields["grpc-status"] == "5")
        #expect(answer.fields["grpc-message"] == "no 100%25 %C3%A4 such%0Athing")
        #expect(answer.body.isEmpty && answer.trailers.isEmpty)
        #expect(answer.closeCode == 0)
    }

    /// The client's bytes may be cut anywhere, the answers are the same.
    @Test func aConnectionMayBeCutAnywhere() throws {
        func answers(cutAt cut: (Int) -> [Int]) throws -> [Int32: HTTP2TestClient.Answer] {
            let probe = try GRPCProbe()
            probe.client.call([1, 2, 3])
            probe.client.call([], path: "/test.Service/Fail")
            probe.client.call(Array(repeating: 7, count: 700))
            let bytes = probe.client.takeOutput()
            var start = 0
            for end in cut(bytes.count) + [bytes.count] {
                try probe.send(Array(bytes[start..<end]))
                start = end
            }
            try probe.exchange()
            return probe.client.answers
        }
        let whole = try answers { _ in [] }
        #expect(whole.values.filter { $0.status == "0" }.count == 2)
        var length = 0
        _ = try answers { count in
            length = count
            return []
        }
        for cut in 0..<length { #expect(try answers { _ in [cut] } == whole, "cut at \(cut)") }
        #expect(try answers { count in Array(0..<count) } == whole)
    }

    @Test func requestsThatAreNotGRPC() throws {
        let probe = try GRPCProbe()
        func answer(_ change: (inout [(String, String)]) -> Void) throws -> HTTP2TestClient.Answer {
            var fields = HTTP2TestClient.fields()
            change(&fields)
            let id = probe.client.request(fields, body: HTTP2TestClient.framed([1]))
            try probe.exchange()
            return try #require(probe.client.answers[id])
        }
        func set(_ name: String, _ value: String?) -> (inout [(String, String)]) -> Void {
            { fields in
                fields.removeAll { $0.0 == name }
                guard let value else { return }
                if name.hasPrefix(":") { fields.insert((name, value), at: 0) } else { fields.append((name, value)) }
            }
        }
        #expect(try answer(set(":method", "GET")).fields[":status"] == "405")
        #expect(try answer(set(":method", "GET")).fields["allow"] == "POST")
        for type in [
            "application/json", "application/grpcx", "application/grpc+json", "application/grpc+protobuf", nil,
        ] {
            #expect(try answer(set("content-type", type)).fields[":status"] == "415", "\(type ?? "none")")
        }
        for type in ["application/grpc", "application/grpc+proto", "application/grpc;x=y", "application/grpc+proto;x"] {
            #expect(try answer(set("content-type", type)).status == "0")
        }
        #expect(try answer(set("te", nil)).status == "2")
        #expect(try answer(set(":path", "/test.Service/None")).status == "12")
        #expect(
            try answer(set(":path", "/test.Service/None")).message == "unknown method None for service test.Service")
        #expect(try answer(set("grpc-timeout", "soon")).status == "13")
        let unknownCoding = try answer(set("grpc-encoding", "snappy"))
        #expect(unknownCoding.status == "12")
        #expect(unknownCoding.fields["grpc-accept-encoding"] == "identity, deflate, gzip")
        #expect(try probe.answer([5]).messages == [[5]], "the connection goes on")
    }

    @Test func exactlyOneMessage() throws {
        let probe = try GRPCProbe()
        let two = HTTP2TestClient.framed([1]) + HTTP2TestClient.framed([2])
        for body in [[], two] {
            let id = probe.client.request(body: body)
            try probe.exchange()
            #expect(probe.client.answers[id]?.status == "12")
        }
        let half = probe.client.request(body: Array(HTTP2TestClient.framed([1, 2, 3]).dropLast()))
        try probe.exchange()
        #expect(probe.client.answers[half]?.status == "13")
    }

    @Test func tooLongAMessageIsRefusedBeforeItIsSent() throws {
        let probe = try GRPCProbe { $0.limits.maximumMessageBytes = 100 }
        #expect(try probe.answer(Array(repeating: 1, count: 100)).status == "0")
        let id = probe.client.request(body: [0, 0, 0, 0, 101], isEnd: false)
        try probe.exchange()
        #expect(probe.client.answers[id]?.status == "8")
        #expect(probe.client.answers[id]?.message == "Received message larger than max (101 vs. 100)")
        #expect(probe.client.answers[id]?.closeCode == 0, "the rest of the request is not wanted")
        #expect(probe.handler.calls.isEmpty)
    }

    @Test func handlersMayTakeShorterMessagesOnly() throws {
        let probe = try GRPCProbe()
        let message = [UInt8](repeating: 0, count: 101)
        let refused = try probe.answer(message, path: "/test.Service/Short")
        #expect(refused.status == "8")
        #expect(refused.message == "Received message larger than max (101 vs. 100)")
        #expect(try probe.answer(Array(message.dropLast()), path: "/test.Service/Short").status == "0")
        let bomb = try #require(Deflater.deflate([TensorBytes(copying: message)], .gzip))
        let id = probe.client.request(
            HTTP2TestClient.fields("/test.Service/Short", adding: [("grpc-encoding", "gzip")]),
            body: HTTP2TestClient.framed(bomb, isCompressed: true))
        try probe.exchange()
        #expect(probe.client.answers[id]?.status == "8")
    }

    /// On threads that do not run, as the answer shows.
    @Test func longMessagesAreReadOffTheLoop() throws {
        let probe = try GRPCProbe()
        #expect(try probe.answer([UInt8](repeating: 0, count: 64 * 1024)).status == "0")
        let answer = try probe.answer([UInt8](repeating: 0, count: 64 * 1024 + 1))
        #expect(answer.status == "14")
        #expect(answer.message == ServingError.serverIsStopping.message)
    }

    @Test func tooManyHeaderFieldsAreRefused() throws {
        let probe = try GRPCProbe {
            $0.limits.http2.headerListByteCount = 2000
            $0.limits.http2.headerFieldCount = 20
        }
        #expect(try probe.answer(adding: [("a", String(repeating: "x", count: 3000))]).status == "8")
        #expect(try probe.answer(adding: (0..<30).map { ("a\($0)", "") }).status == "8")
        #expect(try probe.answer().status == "0")
    }

    @Test func metadataReachesTheHandler() throws {
        let probe = try GRPCProbe()
        _ = try probe.answer(path: "/test.Service/Wait", adding: [("x-a", "1"), ("x-b", "2"), ("x-a", "3")])
        _ = try probe.answer(path: "/test.Service/Wait", adding: [("x-a", "1"), ("x-b", "2"), ("x-a", "4")])
        let fields = probe.methods.calls.map { $0.call.metadata.fields.map { "\($0.name)=\($0.value)" } }
        #expect(
            fields == [
                ["user-agent=test/1", "x-a=1", "x-b=2", "x-a=3"], ["user-agent=test/1", "x-a=1", "x-b=2", "x-a=4"],
            ])
        for call in probe.methods.calls { call.call.finish(.ok) }
    }

    @Test func tensorBytesLieWhereTheMethodWantsThem() throws {
        let probe = try GRPCProbe()
        for count in [11, 64, 511, 512, 513, 70_000] {
            let answer = try probe.answer(Array(repeating: 1, count: count), path: "/test.Service/Aligned")
            #expect(answer.messages == [[1]], "\(count) bytes")
        }
    }

    @Test func anAnswerMayComeLaterAndFromAnywhere() async throws {
        let probe = try GRPCProbe()
        let id = probe.client.call([4], path: "/test.Service/Wait")
        try probe.exchange()
        #expect(probe.client.answers[id] == nil)
        let call = try #require(probe.methods.calls.first)
        call.call.finish(with: GRPCMessage(head: [1], parts: [TensorBytes(copying: [2, 3])]))
        call.call.finish(.ok)
        try probe.exchange()
        #expect(probe.client.answers[id]?.messages == [[1, 2, 3]])
        #expect(probe.client.answers[id]?.status == "0")
        #expect(call.call.pendingByteCount == 0)
    }

    /// Answers that are ready together leave in one write.
    @Test func answersAreWrittenTogether() throws {
        let probe = try GRPCProbe()
        for _ in 0..<20 { probe.client.call([4], path: "/test.Service/Wait") }
        try probe.exchange()
        for call in probe.methods.calls { call.call.finish(with: GRPCMessage(head: [1])) }
        probe.loop.run()
        var writes: [[UInt8]] = []
        while let buffer = try probe.channel.readOutbound(as: ByteBuffer.self) {
            writes.append(Array(buffer.readableBytesView))
        }
        #expect(writes.count == 1)
        for write in writes { probe.client.receive(write) }
        #expect(probe.client.answers.values.filter { $0.status == "0" }.count == 20)
    }

    @Test func aStreamCarriesMessagesBothWays() throws {
        let probe = try GRPCProbe()
        let id = probe.client.request(HTTP2TestClient.fields("/test.Service/Stream"), body: [], isEnd: false)
        probe.client.send(HTTP2TestClient.framed([1]) + HTTP2TestClient.framed([2]), on: id)
        try probe.exchange()
        let call = try #require(probe.methods.calls.first)
        #expect(call.messages == [[1], [2]])
        call.call.send(GRPCMessage(head: [9]))
        try probe.exchange()
        #expect(probe.client.answers[id]?.messages == [[9]])
        probe.client.send(HTTP2TestClient.framed([3]), isEnd: true, on: id)
        try probe.exchange()
        #expect(call.messages == [[1], [2], [3]])
        #expect(call.events == ["end"])
        call.call.send(GRPCMessage(head: [8]))
        call.call.finish(GRPCStatus(.aborted, "enough"))
        call.call.send(GRPCMessage(head: [7]))
        try probe.exchange()
        #expect(probe.client.answers[id]?.messages == [[9], [8]])
        #expect(probe.client.answers[id]?.trailers == ["grpc-status": "10", "grpc-message": "enough"])
        #expect(call.events == ["end"])
    }
}
