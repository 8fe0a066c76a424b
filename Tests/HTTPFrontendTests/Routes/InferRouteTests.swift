import InferenceTypes
import ServerTransport
import Testing

@testable import HTTPFrontend

struct InferRouteTests {
    private static let echo = #"{"inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[3],"data":[1,2,3]}]}"#
    private static let echoed =
        #"{"model_name":"echo","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"UINT8","shape":[3],"data":[1,2,3]}]}"#

    private func infer(
        _ body: String, _ fields: String = "", path: String = "/v2/models/echo/infer",
        service: FakeService = FakeService(), limits: HTTPLimits = HTTPLimits()
    ) async throws -> String {
        var text = ""
        try await withServer(service, limits: limits) { port, _ in
            text = try await SocketClient.exchange(port, "POST", path, fields, body)
        }
        return text
    }

    private func errors(_ text: String, _ status: String, _ contentType: String, _ message: String) -> Bool {
        text.hasPrefix("HTTP/1.1 \(status)\r\nContent-Type: \(contentType)\r\n")
            && text.hasSuffix("\r\n\r\n{\"error\":\"\(message)\"}")
    }

    @Test func jsonInJSONOut() async throws {
        let text = try await infer(Self.echo)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"))
        #expect(text.hasSuffix("\r\n\r\n" + Self.echoed))
        #expect(!text.contains("Inference-Header-Content-Length"))
    }

    @Test func binaryInBinaryOut() async throws {
        let json =
            #"{"inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[3],"parameters":{"binary_data_size":3}}],"#
            + #""parameters":{"binary_data_output":true}}"#
        let text = try await infer(json + "abc", "Inference-Header-Content-Length: \(json.utf8.count)\r\n")
        let answer =
            #"{"model_name":"echo","model_version":"1","outputs":[{"name":"OUTPUT0","datatype":"UINT8","shape":[3],"#
            + #""parameters":{"binary_data_size":3}}]}"#
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"))
        #expect(text.contains("\r\nInference-Header-Content-Length: \(answer.utf8.count)\r\n"))
        #expect(text.hasSuffix("\r\n\r\n" + answer + "abc"))
    }

    @Test func compressedBothWays() async throws {
        for coding in [ContentCoding.gzip, .deflate] {
            let body = try #require(Deflater.deflate([TensorBytes(copying: Array(Self.echo.utf8))], coding))
            try await withServer { port, _ in
                let client = try await SocketClient(port: port)
                try await client.send(
                    Array(
                        ("POST /v2/models/echo/infer HTTP/1.1\r\nConnection: close\r\nContent-Encoding: \(coding)\r\n"
                            + "Accept-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n").utf8) + body)
                let received = await client.readToEnd()
                let end = try #require(received.firstRange(of: Array("\r\n\r\n".utf8)))
                let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"))
                #expect(head.contains("\r\nContent-Encoding: \(coding)\r\n"))
                let packed = TensorBytes(copying: received[end.upperBound...])
                let plain = try Inflater.inflate(packed, coding, limit: 1000, alignedOffset: 0)
                #expect(plain.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == Self.echoed)
            }
        }
    }

    @Test func largeBodiesAreDecodedOffTheEventLoop() async throws {
        let model = FakeServable("echo")
        let service = FakeService([model])
        let many =
            #"{"inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[200000],"data":["#
            + Array(repeating: "1", count: 200_000).joined(separator: ",") + "]}]}"
        let gzip = try #require(Deflater.deflate([TensorBytes(copying: Array(Self.echo.utf8))], .gzip))
        try await withServer(service) { port, _ in
            let client = try await SocketClient(port: port)
            func send(_ body: [UInt8], _ fields: String = "") async throws -> (answer: String, onEventLoop: Bool) {
                client.clear()
                try await client.send(
                    Array(
                        "POST /v2/models/echo/infer HTTP/1.1\r\nContent-Length: \(body.count)\r\n\(fields)\r\n".utf8)
                        + body)
                return (await client.read(to: "]}]}"), model.wasCalledOnEventLoop)
            }
            let small = try await send(Array(Self.echo.utf8))
            #expect(small.answer.hasSuffix(Self.echoed) && small.onEventLoop)
            let large = try await send(Array(many.utf8))
            #expect(large.answer.hasSuffix(",1,1,1]}]}") && !large.onEventLoop)
            let compressed = try await send(gzip, "Content-Encoding: gzip\r\n")
            #expect(compressed.answer.hasSuffix(Self.echoed) && !compressed.onEventLoop)
            let size = InferRoute.inlineBodyBytes
            let head =
                #"{"inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[\#(size)],"#
                + #""parameters":{"binary_data_size":\#(size)}}],"outputs":[]}"#
            let binary = try await send(
                Array(head.utf8) + [UInt8](repeating: 49, count: size),
                "Inference-Header-Content-Length: \(head.utf8.count)\r\n")
            #expect(binary.answer.hasPrefix("HTTP/1.1 200 OK") && !binary.onEventLoop)
        }
    }

    @Test func aLargeRequestIsAnsweredBeforeTheNextOne() async throws {
        let padding = String(repeating: " ", count: InferRoute.inlineJSONBytes)
        try await withServer { port, _ in
            let client = try await SocketClient(port: port)
            let large =
                #"{"id":"large","inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[1],"data":[7]}]}"# + padding
            try await client.send(
                "POST /v2/models/echo/infer HTTP/1.1\r\nContent-Length: \(large.utf8.count)\r\n\r\n\(large)"
                    + "POST /v2/models/echo/infer HTTP/1.1\r\nConnection: close\r\n"
                    + "Content-Length: \(Self.echo.utf8.count)\r\n\r\n\(Self.echo)")
            let text = String(decoding: await client.readToEnd(), as: UTF8.self)
            let first = try #require(text.firstRange(of: #""id":"large""#))
            let second = try #require(text.firstRange(of: "[1,2,3]"))
            #expect(first.lowerBound < second.lowerBound)
        }
    }

    @Test func refusesWhatItCannotDecompress() async throws {
        let unknown = try await infer(Self.echo, "Content-Encoding: br\r\n")
        #expect(errors(unknown, "501 Not Implemented", "text/plain", "Unsupported compression type"))
        #expect(unknown.contains("\r\nAccept-Encoding: gzip, deflate\r\n"))
        #expect(
            errors(
                try await infer(Self.echo, "Content-Encoding: gzip\r\n"), "400 Bad Request", "text/plain",
                "failed to decompress the request body as gzip: incorrect header check"))
    }

    @Test func namesWhatIsWrongBeforeTheModelSeesIt() async throws {
        let missing = try await infer(Self.echo, path: "/v2/models/other/infer")
        #expect(
            errors(missing, "404 Not Found", "text/plain", "Request for unknown model: 'other' is not found"))
        let service = FakeService([FakeServable("echo", isDecoupled: true)])
        #expect(
            errors(
                try await infer(Self.echo, service: service), "501 Not Implemented", "text/plain",
                "HTTP end point doesn't support models with decoupled transaction policy"))
        let outside = try await infer(Self.echo, "Inference-Header-Content-Length: -1\r\n")
        #expect(
            errors(
                outside, "400 Bad Request", "text/plain",
                "inference header size should be in range (0, \(Self.echo.utf8.count)), got: -1"))
        let version = try await infer(Self.echo, path: "/v2/models/echo/versions/99999999999999999999/infer")
        #expect(version.contains("(details: stol), version should be an integral value > 0"))
        let json = try await infer("hello")
        #expect(
            errors(
                json, "500 Internal Server Error", "application/json",
                "failed to parse the request JSON buffer: Invalid value. at 0"))
    }

    @Test func passesErrorsOfTheModelOn() async throws {
        let text = try await infer(Self.echo.replacing("{\"inputs\"", with: "{\"id\":\"fail\",\"inputs\""))
        #expect(errors(text, "503 Service Unavailable", "application/json", "Exceeds maximum queue size"))
    }

    @Test func limitsTheJSONButNotTheTensors() async throws {
        var limits = HTTPLimits()
        limits.maximumJSONBytes = 200
        let large = Self.echo + String(repeating: " ", count: 200)
        #expect(
            errors(
                try await infer(large, limits: limits), "400 Bad Request", "application/json",
                "request JSON size of \(large.utf8.count) bytes exceeds the maximum allowed input size of 200 bytes. "
                    + "Use --http-max-input-size to increase the limit."))
        let json =
            #"{"inputs":[{"name":"INPUT0","datatype":"UINT8","shape":[500],"parameters":{"binary_data_size":500}}]}"#
        let text = try await infer(
            json + String(repeating: "a", count: 500), "Inference-Header-Content-Length: \(json.utf8.count)\r\n",
            limits: limits)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
    }

    @Test func compressedBodiesAreLimitedByWhatTheyInflateTo() async throws {
        var limits = HTTPLimits()
        limits.maximumInflatedBytes = Self.echo.utf8.count + 100
        for (spaces, isRefused) in [(100, false), (101, true)] {
            let plain = Array((Self.echo + String(repeating: " ", count: spaces)).utf8)
            let body = try #require(Deflater.deflate([TensorBytes(copying: plain)], .gzip))
            try await withServer(limits: limits) { port, _ in
                let client = try await SocketClient(port: port)
                try await client.send(
                    Array(
                        ("POST /v2/models/echo/infer HTTP/1.1\r\nConnection: close\r\nContent-Encoding: gzip\r\n"
                            + "Content-Length: \(body.count)\r\n\r\n").utf8) + body)
                let answer = String(decoding: await client.readToEnd(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") == !isRefused)
                #expect(answer.contains("--http-max-input-size") == isRefused, "\(answer)")
            }
        }
    }

    @Test func readsTheHeaderLengthAsTritonDoes() throws {
        func claimed(_ text: String) -> Int? { InferenceHeaderLength(Array(text.utf8)[...]).claimed }
        #expect(InferenceHeaderLength(nil).claimed == nil)
        #expect(claimed("175") == 175 && claimed("+7") == 7 && claimed("-1") == -1 && claimed("12abc") == 12)
        #expect(claimed("abc") == 0 && claimed("") == 0 && claimed("-") == 0)
        let huge = InferenceHeaderLength(Array("99999999999999999999999999".utf8)[...])
        #expect(throws: ServingError.self) { try huge.length(ofBody: 1000) }
        #expect(try InferenceHeaderLength(nil).length(ofBody: 9) == 9)
    }

    @Test func aClientThatLeavesCancelsItsInference() async throws {
        let model = FakeServable("echo", holdsRequests: true)
        try await withServer(FakeService([model])) { port, server in
            let client = try await SocketClient(port: port)
            try await client.send(
                "POST /v2/models/echo/infer HTTP/1.1\r\nContent-Length: \(Self.echo.utf8.count)\r\n\r\n\(Self.echo)")
            while model.heldRequests.isEmpty { await Task.yield() }
            let flag = try #require(model.heldRequests.first?.cancellation)
            #expect(!flag.isCancelled)
            try await client.close()
            while server.connectionCount > 0 { await Task.yield() }
            #expect(flag.isCancelled)
            model.release()
        }
    }
}
