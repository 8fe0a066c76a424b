import InferenceTypes
import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import ServerTransport

struct BorrowedBufferTests {
    /// Memory that tells when it is freed, as the output of a backend would be.
    private final class Owner: @unchecked Sendable {
        let memory: UnsafeMutableRawBufferPointer
        private let freed: Atomic<Bool>.Box

        init(_ bytes: [UInt8], _ freed: Atomic<Bool>.Box) {
            memory = .allocate(byteCount: bytes.count, alignment: 64)
            memory.copyBytes(from: bytes)
            self.freed = freed
        }

        deinit {
            memory.deallocate()
            freed.value.store(true, ordering: .relaxed)
        }
    }

    private func lend(_ bytes: [UInt8]) -> (TensorBytes, Atomic<Bool>.Box) {
        let freed = Atomic<Bool>.Box()
        let owner = Owner(bytes, freed)
        return (TensorBytes(UnsafeRawBufferPointer(owner.memory), owner: owner), freed)
    }

    private func isFreed(_ box: Atomic<Bool>.Box) -> Bool { box.value.load(ordering: .relaxed) }

    @Test func theBufferIsTheSameMemoryAndKeepsItsOwner() {
        var (lent, freed): (TensorBytes?, _) = lend([1, 2, 3, 4])
        let address = lent?.pointer.baseAddress
        var buffer: ByteBuffer? = lent?.borrowedBuffer()
        lent = nil
        #expect(buffer?.withUnsafeReadableBytes { $0.baseAddress } == address)
        var slice = buffer?.getSlice(at: 1, length: 2)
        buffer = nil
        #expect(!isFreed(freed), "a slice keeps the memory too")
        #expect(slice.map { Array($0.readableBytesView) } == [2, 3])
        slice = nil
        #expect(isFreed(freed))
    }

    @Test func severalBuffersOverOnePlaceAreCounted() {
        var (lent, freed): (TensorBytes?, _) = lend([1, 2, 3, 4])
        var first = lent?.borrowedBuffer()
        var second = lent?.slice(0..<2).borrowedBuffer()
        lent = nil
        first = nil
        #expect(!isFreed(freed))
        #expect(second?.readableBytes == 2)
        second = nil
        #expect(isFreed(freed))
        _ = (first, second)
    }

    /// A handler that writes to a buffer that it shares gets memory of its own, which is freed as any.
    @Test func writingToACopyLeavesTheTensorAsItIs() {
        var (lent, freed): (TensorBytes?, _) = lend([1, 2, 3, 4])
        var buffer = lent?.borrowedBuffer()
        var copy = buffer
        copy?.setInteger(UInt8(9), at: 0)
        copy?.writeBytes([5, 6, 7, 8, 9])
        #expect(copy.map { Array($0.readableBytesView) } == [9, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(lent.map { Array($0.pointer) } == [1, 2, 3, 4])
        lent = nil
        buffer = nil
        #expect(isFreed(freed))
        _ = buffer
    }

    @Test func growingTheOnlyBufferMovesItAndGivesTheTensorBack() {
        var (lent, freed): (TensorBytes?, _) = lend([1, 2, 3, 4])
        var buffer = lent?.borrowedBuffer()
        buffer?.writeRepeatingByte(7, count: 100_000)
        #expect(lent.map { Array($0.pointer) } == [1, 2, 3, 4])
        #expect(buffer?.readableBytes == 100_004)
        #expect(buffer?.getBytes(at: 0, length: 5) == [1, 2, 3, 4, 7])
        lent = nil
        #expect(isFreed(freed))
    }

    @Test func aClosedChannelGivesTheMemoryBack() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let client = try await ClientBootstrap(group: group).channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: port).get()
        var (lent, freed): (TensorBytes?, _) = lend(Array(repeating: 5, count: 32 << 20))
        let buffer = lent.map { $0.borrowedBuffer() } ?? ByteBuffer()
        lent = nil
        // Nobody reads at the other end, so that most of it waits in the channel when it is closed.
        let written = client.eventLoop.makePromise(of: Void.self)
        client.writeAndFlush(buffer, promise: written)
        try await client.close()
        await #expect(throws: (any Error).self) { try await written.futureResult.get() }
        try await server.close()
        try await group.shutdownGracefully()
        #expect(!isFreed(freed), "this test still holds the buffer")
        #expect(buffer.getInteger(at: (32 << 20) - 1, as: UInt8.self) == 5)
    }

    @Test func emptyBytesNeedNoLoan() {
        #expect(TensorBytes.empty.borrowedBuffer().readableBytes == 0)
    }

    @Test func nothingStaysLent() throws {
        let (lent, freed) = lend([1, 2, 3])
        // Nobody else can lend this address while the test has its memory.
        let address = try #require(lent.pointer.baseAddress)
        for _ in 0..<100 {
            var buffers = [lent.borrowedBuffer(), lent.borrowedBuffer()]
            #expect(BorrowedMemory.isLent(address))
            buffers.removeLast()
            #expect(BorrowedMemory.isLent(address), "one buffer is left")
            buffers.removeLast()
            #expect(!BorrowedMemory.isLent(address))
        }
        #expect(!isFreed(freed))
        withExtendedLifetime(lent) {}
    }
}

extension Atomic where Value == Bool {
    final class Box: Sendable {
        let value = Atomic<Bool>(false)
    }
}
