import InferenceTypes
import ServerTransport
import Synchronization
import Testing

@testable import GRPCFrontend

struct GRPCMessageReaderTests {
    private enum Entry: Equatable {
        case message([UInt8], isCompressed: Bool)
        case failure(GRPCStatusCode)
    }

    /// What a reader makes of a stream that comes in these pieces.
    private func read(
        _ pieces: [[UInt8]], limit: Int = 1 << 20, alignedOffset: (@Sendable (UnsafeRawBufferPointer) -> Int)? = nil
    ) -> (entries: [Entry], isBetweenMessages: Bool) {
        var reader = GRPCMessageReader(limit: limit, alignedOffset: alignedOffset)
        var entries: [Entry] = []
        for piece in pieces {
            piece.withUnsafeBytes { bytes in
                var offset = 0
                reading: while true {
                    switch reader.next(bytes, at: &offset) {
                    case .needsMore: break reading
                    case .message(let message, let isCompressed):
                        entries.append(.message(message.withUnsafeBytes { Array($0) }, isCompressed: isCompressed))
                    case .failure(let status):
                        entries.append(.failure(status.code))
                        break reading
                    }
                }
            }
        }
        return (entries, reader.isBetweenMessages)
    }

    private let stream =
        HTTP2TestClient.framed([1, 2, 3]) + HTTP2TestClient.framed([]) + HTTP2TestClient.framed([9], isCompressed: true)
        + HTTP2TestClient.framed((0..<40).map { UInt8($0) })

    @Test func aStreamMayBeCutAnywhere() {
        let whole = read([stream])
        #expect(whole.entries.count == 4)
        #expect(whole.entries[1] == .message([], isCompressed: false))
        #expect(whole.entries[2] == .message([9], isCompressed: true))
        #expect(whole.isBetweenMessages)
        for cut in 0...stream.count {
            #expect(read([Array(stream[..<cut]), Array(stream[cut...])]).entries == whole.entries, "cut at \(cut)")
        }
        #expect(read(stream.map { [$0] }).entries == whole.entries)
    }

    @Test func aCutLongMessageIsWholeAgain() {
        let message = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let stream = HTTP2TestClient.framed(message)
        for cut in [1, 5, 6, 400, 516, 517, 518, 600, 4000, 5004] {
            let found = read([Array(stream[..<cut]), Array(stream[cut...])]).entries
            #expect(found == [.message(message, isCompressed: false)], "cut at \(cut)")
        }
        #expect(read(stream.map { [$0] }).entries == [.message(message, isCompressed: false)])
    }

    @Test func theEndInTheMiddleOfAMessageShows() {
        for count in 1..<8 { #expect(!read([Array(stream[..<count])]).isBetweenMessages) }
        #expect(read([Array(stream[..<8])]).isBetweenMessages)
    }

    @Test func tooLongAMessageIsRefusedByItsPrefix() {
        #expect(
            read([[0, 0, 0, 0, 5, 1, 2, 3, 4, 5]], limit: 5).entries == [
                .message([1, 2, 3, 4, 5], isCompressed: false)
            ])
        #expect(read([[0, 0, 0, 0, 6]], limit: 5).entries == [.failure(.resourceExhausted)])
        #expect(read([[0, 255, 255, 255, 255]], limit: Int(Int32.max)).entries == [.failure(.resourceExhausted)])
        #expect(read([[2, 0, 0, 0, 0]]).entries == [.failure(.internal)])
    }

    @Test func memoryGrowsWithWhatArrives() {
        var reader = GRPCMessageReader(limit: Int(Int32.max))
        let piece: [UInt8] = [0, 0x7f, 0xff, 0xff, 0xff] + Array(repeating: 1, count: 1000)
        piece.withUnsafeBytes { bytes in
            var offset = 0
            guard case .needsMore = reader.next(bytes, at: &offset) else {
                Issue.record("a message of 2 GB came out of \(bytes.count) bytes")
                return
            }
        }
        #expect(reader.allocatedByteCount <= 64 << 20)
    }

    /// The offset is asked of the first bytes, however they are cut, and not of compressed messages.
    @Test func theOffsetThatIsAskedForIsAligned() {
        let message = (0..<3000).map { UInt8(truncatingIfNeeded: $0) }
        for isCompressed in [false, true] {
            let stream = HTTP2TestClient.framed(message, isCompressed: isCompressed)
            for cut in [0, 3, 5, 6, 100, 516, 517, 2000] {
                let sizes = Mutex<[Int]>([])
                var reader = GRPCMessageReader(limit: 1 << 20) { first in
                    sizes.withLock { $0.append(first.count) }
                    #expect(first.first == 0)
                    return 77
                }
                for piece in [stream[..<cut], stream[cut...]] {
                    Array(piece).withUnsafeBytes { bytes in
                        var offset = 0
                        if case .message(let message, _) = reader.next(bytes, at: &offset), !isCompressed {
                            #expect(message.slice(77..<message.count).isAligned(to: 64), "cut at \(cut)")
                        }
                    }
                }
                let asked = sizes.withLock { $0 }
                #expect(asked.count == (isCompressed ? 0 : 1))
                #expect(asked.allSatisfy { $0 >= GRPCMessageReader.startByteCount })
            }
        }
    }
}

extension GRPCMessageReaderTests {
    @Test func largeMessagesAreCountedUntilNobodyHasThem() throws {
        let budget = BodyBudget(limit: 150_000)
        var kept: [TensorBytes] = []
        func read(_ count: Int) -> GRPCStatus? {
            var reader = GRPCMessageReader(limit: 1 << 20, budget: budget)
            var status: GRPCStatus?
            HTTP2TestClient.framed(Array(repeating: 1, count: count)).withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 10_000) {
                    var offset = 0
                    let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + 10_000, bytes.count)])
                    switch reader.next(piece, at: &offset) {
                    case .needsMore: continue
                    case .message(let message, _): kept.append(message)
                    case .failure(let failure): status = failure
                    }
                    return
                }
            }
            return status
        }
        #expect(read(60_000) == nil)
        #expect(budget.usedByteCount == 0, "small ones are not counted")
        #expect(read(100_000) == nil)
        #expect(budget.usedByteCount == 100_000)
        #expect(read(100_000)?.code == .unavailable)
        #expect(budget.usedByteCount == 100_000)
        kept = []
        #expect(budget.usedByteCount == 0)
        #expect(read(100_000) == nil)
    }
}
