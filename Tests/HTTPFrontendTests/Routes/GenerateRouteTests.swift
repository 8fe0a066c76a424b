import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization
import Testing

@testable import HTTPFrontend

@Suite struct GenerateRouteTests {
    /// Counts up to its input from another thread, as decoupled models do; a negative count fails, after as many responses.
    private static func counter() -> FakeServable {
        var input = ModelInput()
        input.name = "N"
        input.dataType = .int32
        input.dims = [1]
        return FakeServable("counter", isDecoupled: true, inputs: [input]) { request, responder in
            let count = request.inputs[0].bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }
            Task.detached {
                for number in 0..<abs(count) { responder.send(.partial(response(Int32(number), id: request.id))) }
                responder.send(count < 0 ? .failed(ServingError(.internal, "no more")) : .finished)
            }
        }
    }

    private static func response(_ number: Int32, id: String = "") -> InferenceResponse {
        let bytes = withUnsafeBytes(of: number) { Array($0) }
        let output = Tensor(name: "OUT", dataType: .int32, shape: [1], bytes: TensorBytes(copying: bytes))
        return InferenceResponse(modelName: "counter", modelVersion: 1, id: id, outputs: [output])
    }

    private func post(
        _ path: String, _ body: String, _ fields: String = "", service: FakeService? = nil
    ) async throws -> String {
        var text = ""
        try await withServer(service ?? FakeService([Self.counter(), FakeServable("echo")])) { port, _ in
            text = try await SocketClient.exchange(port, "POST", "/v2/models/" + path, fields, body)
        }
        return text
    }

    private static func chunked(_ status: String, _ type: String, _ parts: [String]) -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            + parts.map { String($0.utf8.count, radix: 16) + "\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
    }

    /// The events of an event stream, whatever the chunks.
    private static func body(_ text: String) -> String {
        var rest = text[(text.firstRange(of: "\r\n\r\n")?.upperBound ?? text.endIndex)...]
        var body = ""
        while let line = rest.firstRange(of: "\r\n"), let count = Int(rest[..<line.lowerBound], radix: 16), count > 0 {
            body += String(decoding: rest[line.upperBound...].utf8.prefix(count), as: UTF8.self)
            rest = rest[rest.utf8.index(line.upperBound, offsetBy: count + 2)...]
        }
        return body
    }

    private static func one(_ number: Int) -> String {
        #"{"OUT":\#(number),"model_name":"counter","model_version":"1"}"#
    }

    @Test func aStreamHasAnEventForEachResponse() async throws {
        let text = try await post("counter/generate_stream", #"{"N":3}"#)
        #expect(
            text.hasPrefix(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"))
        #expect(Self.body(text) == (0..<3).map { "data: \(Self.one($0))\n\n" }.joined())
        #expect(text.hasSuffix("\r\n0\r\n\r\n"))
    }

    @Test func aStreamMayBeEmpty() async throws {
        let text = try await post("counter/generate_stream", #"{"N":0}"#)
        #expect(text == Self.chunked("200 OK", "text/event-stream; charset=utf-8", []))
    }

    @Test func anErrorInsideAStreamIsAnEvent() async throws {
        let text = try await post("counter/generate_stream", #"{"N":-1}"#)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(Self.body(text) == "data: \(Self.one(0))\n\ndata: {\"error\":\"no more\"}\n\n")
    }

    @Test func theFirstResponseDecidesTheStatus() async throws {
        let model = FakeServable("bad", inputs: []) { _, responder in
            Task.detached { responder.send(.failed(ServingError(.invalidArgument, "deliberate error"))) }
        }
        let service = FakeService([model])
        let error = #"{"error":"deliberate error"}"#
        #expect(
            try await post("bad/generate_stream", "{}", service: service)
                == Self.chunked("400 Bad Request", "text/event-stream; charset=utf-8", ["data: \(error)\n\n"]))
        #expect(
            try await post("bad/generate", "{}", service: service)
                == Self.chunked("400 Bad Request", "application/json", [error]))
    }

    @Test func exactlyOneResponseIsExpectedWithoutAStream() async throws {
        let notOne =
            #"{"error":"generate expects model to produce exactly 1 response, use generate stream for model that generates various number of responses"}"#
        let one = #"{"OUT":0,"id":"g1","model_name":"counter","model_version":"1"}"#
        #expect(
            try await post("counter/generate", #"{"N":1,"id":"g1"}"#)
                == Self.chunked("200 OK", "application/json", [one]))
        #expect(
            try await post("counter/generate", #"{"N":2}"#) == Self.chunked("200 OK", "application/json", [notOne]))
        #expect(
            try await post("counter/generate", #"{"N":0}"#) == Self.chunked("200 OK", "application/json", [notOne]))
    }

    @Test(arguments: ["generate", "generate_stream"])
    func aRefusedRequestGetsAPlainAnswer(action: String) async throws {
        let service = FakeService([
            FakeServable("full", inputs: []) { _, responder in
                responder.send(.failed(ServingError(.unavailable, "Exceeds maximum queue size")))
            }
        ])
        let text = try await post("full/\(action)", "{}", service: service)
        #expect(text.hasPrefix("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length:"))
        #expect(text.hasSuffix("\r\n\r\n{\"error\":\"Exceeds maximum queue size\"}"))
        let unknown = try await post("nosuch/\(action)", "{}")
        #expect(unknown.hasPrefix("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n"))
        let compressed = try await post("full/\(action)", "{}", "Content-Encoding: gzip\r\n", service: service)
        #expect(compressed.hasPrefix("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"))
    }

    @Test func theConnectionGoesOnAfterAStream() async throws {
        try await withServer(FakeService([Self.counter()])) { port, _ in
            let client = try await SocketClient(port: port)
            let request =
                "POST /v2/models/counter/generate_stream HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\n{\"N\":1}"
            try await client.send(request + request)
            let text = await client.read(to: "0\r\n\r\n")
            #expect(text.contains("data: \(Self.one(0))"))
            client.clear()
            try await client.send(request)
            #expect(await client.read(to: "0\r\n\r\n").contains("data: \(Self.one(0))"))
            try await client.close()
        }
    }

    @Test func oldClientsGetAStreamWithoutChunks() async throws {
        try await withServer(FakeService([Self.counter()])) { port, _ in
            let client = try await SocketClient(port: port)
            try await client.send(
                "POST /v2/models/counter/generate_stream HTTP/1.0\r\nContent-Length: 7\r\n\r\n{\"N\":2}")
            let text = String(decoding: await client.readToEnd(), as: UTF8.self)
            #expect(
                text == "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n"
                    + "data: \(Self.one(0))\n\ndata: \(Self.one(1))\n\n")
        }
    }

    @Test func aClientThatLeavesCancelsItsStream() async throws {
        let gate = Gate()
        let cancellation = Mutex<CancellationFlag?>(nil)
        let model = FakeServable("slow", isDecoupled: true, inputs: []) { request, responder in
            cancellation.withLock { $0 = request.cancellation }
            Task.detached {
                responder.send(.partial(Self.response(0)))
                while !request.isCancelled { await Task.yield() }
                // Nobody is there any more, which must do no harm.
                responder.send(.partial(Self.response(1)))
                responder.send(.finished)
                gate.open()
            }
        }
        try await withServer(FakeService([model])) { port, _ in
            let client = try await SocketClient(port: port)
            try await client.send(
                "POST /v2/models/slow/generate_stream HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
            _ = await client.read(to: "\n\n\r\n")
            try await client.close()
            await gate.opened()
            #expect(cancellation.withLock { $0?.isCancelled } == true)
        }
    }
}
