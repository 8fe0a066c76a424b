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
                var piece = body.nextPiece(upTo: size, ByteBufferAllocator())
                #expect((1...size).contains(piece.readableBytes))
                buffer.writeBuffer(&piece)
            }
            #expect(String(buffer: buffer) == "jsontensorx")
        }
    }

    @Test func largePartsAreLentAndSmallOnesGathered() {
        let large = TensorBytes(copying: [UInt8](repeating: 7, count: 100_000))
        let small = TensorBytes(copying: [UInt8](repeating: 3, count: 5_000))
        var body = HTTPResponseBody(HTTPResponse(.ok, .octetStream, tensors: [small, small, large, small]))
        let pieces = (0..<4).map { _ in body.nextPiece(upTo: 70_000, ByteBufferAllocator()) }
        #expect(pieces.map(\.readableBytes) == [10_000, 70_000, 30_000, 5_000])
        #expect(body.isEmpty)
        let address = pieces[1].withUnsafeReadableBytes { $0.baseAddress }
        #expect(address == large.pointer.baseAddress)
    }
}
