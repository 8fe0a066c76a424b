import FuzzDriver
import HTTP2Codec
import InferenceTypes

/// Frames of a client, after a preface and settings if the first byte says so. Every stream that began ends once, the
/// connection fails once at most, and the events do not depend on how the bytes were cut.
enum HTTP2FramesTest: FuzzTest {
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
    private static let tensor = TensorBytes(copying: [UInt8](repeating: 3, count: 3000))

    static func run(_ input: UnsafeRawBufferPointer) {
        guard let first = input.first else { return }
        let bytes = (first & 1 == 0 ? preface : []) + input.dropFirst()
        let whole = session(bytes, pieceSize: bytes.count, choices: first)
        let cut = session(bytes, pieceSize: Int(first >> 3) + 1, choices: first)
        precondition(whole.events == cut.events, "cut: \(cut.events)\nin one: \(whole.events)")
    }

    /// What happens does not depend on output, which is taken at the end.
    private static func session(_ bytes: [UInt8], pieceSize: Int, choices: UInt8) -> TestServer {
        guard let server = try? TestServer() else { fatalError("no session") }
        server.keepsPayloads = false
        server.consumesAtOnce = choices & 2 == 0
        server.answer = { server, stream in server.answerUnary(stream, head: [1], parts: [tensor]) }
        if choices & 4 != 0 {
            server.onRequest = { server, stream in if stream.id % 3 == 0 { server.session.reset(stream, .cancel) } }
        }
        for start in stride(from: 0, to: bytes.count, by: max(pieceSize, 1)) {
            server.receive(bytes[start..<min(start + pieceSize, bytes.count)])
        }
        _ = server.takeOutput(budget: 4096)
        let failures = server.events.count { if case .failed = $0 { true } else { false } }
        precondition(failures <= 1, "the connection failed \(failures) times")
        server.session.close(.cancel, server)
        precondition(server.session.openStreamCount == 0)
        precondition(server.closeCount == server.streams.mapValues { _ in 1 }, "\(server.events)")
        return server
    }
}
