import InferenceTesting
import InferenceTypes
import Testing

@testable import ServerTransport

struct RequestBodyBufferTests {
    @Test(arguments: 0..<30 as Range<UInt64>) func keepsEveryByteInPlace(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let size = try #require([0, 1, 100, 70_000, 2_500_000].randomElement(using: &generator))
        let count = size + Int.random(in: 0...64, using: &generator)
        var body = [UInt8](repeating: 7, count: count)
        for index in stride(from: 0, to: count, by: 97) { body[index] = UInt8(truncatingIfNeeded: index / 97) }
        let offset = Int.random(in: 0...count, using: &generator)
        let claim = Bool.random(using: &generator) ? count : nil
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

    /// Addresses, that is: the system gives memory for what is written.
    @Test func aClaimIsBelievedUpToALimit() {
        var buffer = RequestBodyBuffer(expectedCount: Int.max / 2, alignedOffset: 0)
        [UInt8](repeating: 1, count: 10).withUnsafeBytes { buffer.append($0) }
        #expect(buffer.count == 10)
        #expect(buffer.capacity == RequestBodyBuffer.believedClaim)
    }

    @Test func aBodyOfKnownLengthIsMovedAtMostOnce() {
        let claim = 100 * 1024 * 1024
        var buffer = RequestBodyBuffer(expectedCount: claim, alignedOffset: 0)
        var capacities: [Int] = []
        [UInt8](repeating: 1, count: 1024 * 1024).withUnsafeBytes { piece in
            for _ in 0..<65 {
                buffer.append(piece)
                if capacities.last != buffer.capacity { capacities.append(buffer.capacity) }
            }
        }
        #expect(capacities == [RequestBodyBuffer.believedClaim, claim])
    }

    @Test func aClaimThatNoMachineHasMemoryForIsFound() {
        var buffer = RequestBodyBuffer(expectedCount: 1 << 60, alignedOffset: 0)
        [UInt8](repeating: 1, count: RequestBodyBuffer.believedClaim).withUnsafeBytes { buffer.append($0) }
        [UInt8](repeating: 1, count: 10).withUnsafeBytes { buffer.append($0) }
        #expect(buffer.count == RequestBodyBuffer.believedClaim + 10, "what has arrived is kept all the same")
        #expect(!buffer.isOutOfMemory)
    }

    @Test(arguments: [nil, 300_000]) func bytesWrittenInPlaceAreNotCopied(_ claim: Int?) throws {
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        var buffer = RequestBodyBuffer(expectedCount: claim, alignedOffset: 123)
        body[..<1_000].withUnsafeBytes { buffer.append($0) }
        var position = 1_000
        while position < body.count {
            let unfilled = buffer.unfilled(limit: min(70_000, body.count - position))
            let memory = try #require(unfilled).memory
            #expect(memory.count <= 70_000)
            memory.copyBytes(from: body[position..<(position + memory.count)])
            #expect(buffer.isInPlace(UnsafeRawBufferPointer(memory)))
            buffer.didReceive(memory.count)
            #expect(!buffer.isInPlace(UnsafeRawBufferPointer(memory)))
            position += memory.count
        }
        let result = buffer.finish()
        #expect(result.withUnsafeBytes { $0.elementsEqual(body) })
        #expect(result.slice(123..<300_000).isAligned(to: 64))
    }
}
