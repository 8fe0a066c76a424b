import FuzzDriver

/// The bytes of a connection give the same events in one piece, cut as the first byte says, and byte by byte.
enum HTTP1Test: FuzzTest {
    static func run(_ input: UnsafeRawBufferPointer) {
        guard let first = input.first else { return }
        let bytes = Array(input.dropFirst())
        let whole = transcript([bytes])
        for size in Set([1, Int(first) + 1]) {
            let pieces = stride(from: 0, to: bytes.count, by: size).map { start in
                Array(bytes[start..<min(start + size, bytes.count)])
            }
            let cut = transcript(pieces)
            precondition(cut == whole, "in pieces of \(size):\n\(cut)\nin one:\n\(whole)")
        }
    }

    private static func transcript(_ pieces: [[UInt8]]) -> ParserTranscript {
        ParserTranscript(pieces, maximumHeaderBytes: 1024, maximumHeaderCount: 12)
    }
}
