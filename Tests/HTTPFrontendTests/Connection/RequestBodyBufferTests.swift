import InferenceTypes
import Testing

@testable import HTTPFrontend

struct RequestBodyBufferTests {
    @Test(arguments: 0..<100 as Range<UInt64>) func keepsEveryByteInPlace(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count =
            [0, 1, 100, 70_000, 3_000_000].randomElement(using: &generator)! + Int.random(in: 0...64, using: &generator)
        let body = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer[index] = UInt8(truncatingIfNeeded: index &* 31) }
            initialized = count
        }
        let offset = Int.random(in: 0...count, using: &generator)
        let claim = [nil, count].randomElement(using: &generator)!
        var buffer = RequestBodyBuffer(expectedCount: claim, alignedOffset: offset)
        body.withUnsafeBytes { bytes in
            var position = 0
            while position < count {
                let piece = min(count - position, Int.random(in: 1...600_000, using: &generator))
                buffer.append(UnsafeRawBufferPointer(rebasing: bytes[position..<(position + piece)]))
                position += piece
            }
        }
        let result = buffer.finish()
        #expect(result.withUnsafeBytes { $0.elementsEqual(body) })
        #expect(result.count == 0 || result.slice(offset..<count).isAligned(to: 64))
    }

    @Test func aClaimAloneTakesLittleMemory() {
        var buffer = RequestBodyBuffer(expectedCount: Int.max / 2, alignedOffset: 0)
        [UInt8](repeating: 1, count: 10).withUnsafeBytes { buffer.append($0) }
        #expect(buffer.count == 10)
        #expect(buffer.capacity <= RequestBodyBuffer.initialCapacity)
    }
}
