import FuzzDriver
import HTTP2Codec
import InferenceTypes

/// Frames of a client, after a preface and settings if the first byte says so. Every stream that began ends once, the
/// connection fails once at most, output is in proportion to input, and the events do not depend on how the bytes were cut.
enum HTTP2FramesTest: FuzzTest {
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
    private static let tensor = TensorBytes(copying: [UInt8](repeating: 3, count: 3000))

    static func run(_ input: UnsafeRawBufferPointer) {
        guard let choices = input.first else { return }
        let bytes = (choices & 1 == 0 ? preface : []) + input.dropFirst()
        let whole = session(bytes, pieceSize: bytes.count, choices: choices)
        let cut = session(bytes, pieceSize: Int(choices >> 3) + 1, choices: choices)
        let (first, second) = (comparable(whole), comparable(cut))
        precondition(first == second, "cut: \(second)\nin one: \(first)")
        _ = session(bytes, pieceSize: max(bytes.count / 3, 1), choices: choices, takesOutput: true)
    }

    /// The events that do not depend on the cut: without the data of requests that did not end, of which more or less is
    /// passed on before a rule is found broken, and up to the end of the last stream after a GOAWAY, which is what nghttp2
    /// reads to.
    private static func comparable(_ events: [ServerEvent]) -> [ServerEvent] {
        let complete = Set(events.compactMap { if case .end(let id) = $0 { id } else { nil } })
        var open: Set<Int32> = []
        var isGoingAway = false
        var result: [ServerEvent] = []
        for event in events {
            switch event {
            case .request(let id, _, _): open.insert(id)
            case .closed(let id, _): open.remove(id)
            case .goAway: isGoingAway = true
            case .data(let id, let bytes):
                guard complete.contains(id) else { continue }
                if case .data(id, let before)? = result.last {
                    result[result.count - 1] = .data(id, before + bytes)
                    continue
                }
            case .end, .ping, .pingAcknowledgement, .failed: break
            }
            result.append(event)
            if isGoingAway, open.isEmpty { break }
        }
        return result
    }

    /// The events of a connection until it is closed. They depend on when output is taken; without `takesOutput` that is at
    /// the end.
    private static func session(
        _ bytes: [UInt8], pieceSize: Int, choices: UInt8, takesOutput: Bool = false
    ) -> [ServerEvent] {
        guard let server = try? TestServer() else { fatalError("no session") }
        server.keepsPayloads = false
        server.consumesAtOnce = choices & 2 == 0
        server.answer = { server, stream in server.answerUnary(stream, head: [1], parts: [tensor]) }
        if choices & 4 != 0 {
            server.onRequest = { server, stream in if stream.id % 3 == 0 { server.session.reset(stream, .cancel) } }
        }
        var outputCount = 0
        for start in stride(from: 0, to: bytes.count, by: max(pieceSize, 1)) {
            server.receive(bytes[start..<min(start + pieceSize, bytes.count)])
            if takesOutput { outputCount += server.takeOutput(budget: 1000).count }
        }
        outputCount += server.takeOutput(budget: 4096).count
        // Settings and GOAWAY; an answer for each stream; for any other frame an acknowledgement, a reset or both.
        precondition(
            outputCount <= 1200 + 4 * bytes.count + server.streams.count * (tensor.count + 200),
            "\(outputCount) bytes answer \(bytes.count)")
        let failures = server.events.count { if case .failed = $0 { true } else { false } }
        precondition(failures <= 1, "the connection failed \(failures) times")
        // Streams that are left close in any order.
        let events = server.events
        server.session.close(.cancel, server)
        precondition(server.session.openStreamCount == 0)
        precondition(server.closeCount == server.streams.mapValues { _ in 1 }, "\(server.events)")
        return events
    }
}
