import InferenceTypes
import NIOCore
import Testing

@testable import HTTPFrontend

struct HTTPResponseEncoderTests {
    private func head(_ response: HTTPResponse, _ context: HTTPResponseEncoder.Context = .init()) -> String {
        String(decoding: HTTPResponseEncoder.head(of: response, context), as: UTF8.self)
    }

    @Test func countsBodyAndTensors() {
        let response = HTTPResponse(
            .ok, .octetStream, body: Array("{}".utf8),
            tensors: [TensorBytes(copying: [1, 2, 3]), .empty, TensorBytes(copying: [4])])
        #expect(
            head(response)
                == "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 6\r\n\r\n")
    }

    @Test(arguments: [
        (1, true, ""), (1, false, "\r\nConnection: close"), (0, true, "\r\nConnection: keep-alive"),
        (0, false, "\r\nConnection: close"),
    ]) func saysWhetherTheConnectionStaysOpen(_ minor: Int, _ keepsAlive: Bool, _ field: String) {
        let response = HTTPResponse(.ok, .plainText)
        let context = HTTPResponseEncoder.Context(minorVersion: minor, keepsAlive: keepsAlive)
        #expect(
            head(response, context)
                == "HTTP/1.\(minor) 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\(field)\r\n\r\n")
    }

    @Test func wordsErrorsAsTriton() {
        let response = HTTPResponse.failure(.methodNotAllowed, "say \"no\"\n")
        #expect(head(response).hasPrefix("HTTP/1.1 405 Not Allowed\r\n"))
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"error":"say \"no\"\n"}"#)
    }

    @Test func keepsLineBreaksOutOfFields() {
        var response = HTTPResponse(.ok, .plainText)
        response.fields = [.init(name: "X", value: "a\r\nEvil: b")]
        #expect(head(response).contains("\r\nX: a  Evil: b\r\n"))
    }

    @Test func bodyComesOutInPiecesOfAnySize() {
        let response = HTTPResponse(
            .ok, .octetStream, body: Array("json".utf8),
            tensors: [TensorBytes(copying: Array("tensor".utf8)), .empty, TensorBytes(copying: Array("x".utf8))])
        for size in 1...12 {
            var body = HTTPResponseBody(response)
            var buffer = ByteBuffer()
            while !body.isEmpty {
                let before = buffer.readableBytes
                body.write(upTo: size, into: &buffer)
                #expect((1...size).contains(buffer.readableBytes - before))
            }
            #expect(String(buffer: buffer) == "jsontensorx")
        }
    }
}
