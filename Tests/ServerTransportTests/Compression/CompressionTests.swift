import InferenceTesting
import InferenceTypes
import Testing

@testable import ServerTransport

struct CompressionTests {
    private func inflate(_ bytes: [UInt8], _ coding: ContentCoding, limit: Int = 1 << 24, offset: Int = 0)
        throws(ServingError) -> [UInt8]
    {
        let result = try Inflater.inflate(TensorBytes(copying: bytes), coding, limit: limit, alignedOffset: offset)
        return result.withUnsafeBytes { Array($0) }
    }

    @Test(arguments: [ContentCoding.gzip, .deflate], 0..<20 as Range<UInt64>)
    func comesBackAsItWas(_ coding: ContentCoding, _ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let parts = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            let range: ClosedRange<UInt8> = Bool.random(using: &generator) ? 0...255 : 0...3
            return (0..<Int.random(in: 0...90_000, using: &generator)).map { _ in
                UInt8.random(in: range, using: &generator)
            }
        }
        let packed = try #require(Deflater.deflate(parts.map { TensorBytes(copying: $0) }, coding))
        let offset = Int.random(in: 0...100, using: &generator)
        let unpacked = try Inflater.inflate(
            TensorBytes(copying: packed), coding, limit: 1 << 24, alignedOffset: offset)
        #expect(unpacked.withUnsafeBytes { $0.elementsEqual(parts.joined()) })
        if unpacked.count > offset { #expect(unpacked.slice(offset..<unpacked.count).isAligned(to: 64)) }
    }

    /// `echo -n hello | gzip -n` and the same text by zlib, made elsewhere.
    @Test func readsWhatOthersWrite() throws {
        let gzip: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
            0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00,
        ]
        let zlib: [UInt8] = [0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x06, 0x2c, 0x02, 0x15]
        #expect(try inflate(gzip, .gzip) == Array("hello".utf8))
        #expect(try inflate(gzip + gzip, .gzip) == Array("hellohello".utf8), "two members")
        #expect(try inflate(zlib, .deflate) == Array("hello".utf8))
    }

    @Test(arguments: [ContentCoding.gzip, .deflate]) func stopsAtTheLimit(_ coding: ContentCoding) throws {
        let packed = try #require(
            Deflater.deflate([TensorBytes(copying: [UInt8](repeating: 0, count: 10_000_000))], coding))
        #expect(packed.count < 20_000)
        #expect(try inflate(packed, coding, limit: 10_000_000).count == 10_000_000)
        #expect {
            try inflate(packed, coding, limit: 9_999_999)
        } throws: { error in
            (error as? ServingError)?.code == .invalidArgument && "\(error)".contains("limit of 9999999 bytes")
        }
    }

    @Test(arguments: [ContentCoding.gzip, .deflate]) func refusesEveryCut(_ coding: ContentCoding) throws {
        let packed = try #require(Deflater.deflate([TensorBytes(copying: Array("some text, some text".utf8))], coding))
        for count in packed.indices {
            #expect(throws: ServingError.self) { try inflate(Array(packed[..<count]), coding) }
        }
        #expect(throws: ServingError.self) { try inflate(packed + [0], coding) }
    }

    @Test func saysWhatIsWrong() {
        #expect {
            try inflate(Array("{\"inputs\":[]}".utf8), .gzip)
        } throws: { error in
            "\(error)" == "Invalid argument: failed to decompress the request body as gzip: incorrect header check"
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>) func damagedDataNeverCrashes(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let coding: ContentCoding = Bool.random(using: &generator) ? .gzip : .deflate
        let text = (0..<2000).map { _ in UInt8.random(in: 0...9, using: &generator) }
        var packed = try #require(Deflater.deflate([TensorBytes(copying: text)], coding))
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            packed[Int.random(in: packed.indices, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
        }
        // Damage in parts that carry no data, such as the time stamp, is no damage.
        if let result = try? inflate(packed, coding, limit: 100_000) { #expect(result.count <= 100_000) }
    }
}
