import HTTP2Codec
import InferenceTesting
import InferenceTypes
import Testing

/// Connections with random damage: nothing traps, and every stream that began ends once.
@Suite struct HTTP2MutationTests {
    private func sampleInput() -> [UInt8] {
        let client = TestClient()
        for size in [0, 1, 50, 700] { client.request([UInt8](repeating: 5, count: size)) }
        client.ping()
        let cancelled = client.request(body: TestClient.Body(bytes: [5], isEnd: false))
        var input = client.takeOutput()
        client.reset(cancelled)
        input += client.takeOutput()
        var frames = RawFrames()
        frames.windowUpdate(100, stream: 0)
        frames.priority(stream: 21)
        frames.headers(RawFrames.request([("trace-id", "abc")]), stream: 101)
        frames.add(type: 1, flags: 1, stream: 103, RawFrames.request())
        frames.add(type: 9, flags: 4, stream: 103, RawFrames.literal("x", "y"))
        frames.add(type: 7, [0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 3])
        return input + frames.bytes
    }

    private func damage(_ input: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = input
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            // The preface stays, or there would be little to see.
            let index = Int.random(in: 24..<bytes.count, using: &generator)
            let other = Int.random(in: 24..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.removeSubrange(min(index, other)..<min(max(index, other), min(index, other) + 40))
            case 3: bytes.insert(contentsOf: bytes[min(index, other)..<max(index, other)], at: index)
            case 4:
                bytes.insert(contentsOf: (0..<9).map { _ in UInt8.random(in: 0...255, using: &generator) }, at: index)
            default: bytes[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
            }
            if bytes.count < 40 || bytes.count > 100_000 { bytes = input }
        }
        return bytes
    }

    @Test(arguments: 0..<8) func damagedConnectionsEndInOrder(part: Int) throws {
        var generator = SeededGenerator(seed: UInt64(1000 + part))
        let input = sampleInput()
        let tensor = TensorBytes(copying: [UInt8](repeating: 3, count: 3000))
        var failures: Set<HTTP2ErrorCode> = []
        for _ in 0..<1000 {
            let server = try TestServer()
            server.consumesAtOnce = Bool.random(using: &generator)
            server.keepsPayloads = false
            server.answer = { server, stream in server.answerUnary(stream, head: [1], parts: [tensor]) }
            if Bool.random(using: &generator) {
                server.onRequest = { server, stream in if stream.id % 3 == 0 { server.session.reset(stream, .cancel) } }
            }
            let bytes = damage(input, &generator)
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...1500, using: &generator))
                server.receive(bytes[start..<end])
                start = end
                if Bool.random(using: &generator) {
                    _ = server.session.writeOutput(
                        to: server, budget: Int.random(in: 1...2000, using: &generator), server)
                }
            }
            if Bool.random(using: &generator) { _ = server.takeOutput() }
            if let failure = server.failure { failures.insert(failure.code) }
            server.session.close(.cancel, server)
            #expect(server.session.openStreamCount == 0)
            #expect(server.closeCount == server.streams.mapValues { _ in 1 })
            #expect(server.events.count { if case .failed = $0 { true } else { false } } <= 1)
        }
        // The damage did reach the code behind the frame heads.
        #expect(failures.isSuperset(of: [.protocolError, .frameSizeError, .compressionError]))
    }
}
