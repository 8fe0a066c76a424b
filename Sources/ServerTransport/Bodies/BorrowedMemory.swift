@_spi(CustomByteBufferAllocator) import NIOCore
import InferenceTypes
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lends the memory of tensors to `ByteBuffer`s, and keeps its owner alive until the last of them is gone.
///
/// A `ByteBuffer` frees its memory through a C function, which is told the address and nothing else. The table of
/// addresses lent is therefore one for the process, like the heap that all other buffers come from. Thread-safe.
enum BorrowedMemory {
    private struct Loan {
        let lender: TensorBytes
        var borrowers: Int
    }

    private static let loans = Mutex<[UInt: Loan]>([:])

    /// Whether a buffer over memory that begins at `address` is alive.
    static func isLent(_ address: UnsafeRawPointer) -> Bool {
        loans.withLock { $0[UInt(bitPattern: address)] != nil }
    }

    /// A buffer over `memory`, which `lender` keeps valid. `memory` is not empty and smaller than 4 GiB.
    static func buffer(
        over memory: UnsafeMutableRawBufferPointer, of lender: TensorBytes, writerIndex: Int
    ) -> ByteBuffer {
        guard let address = memory.baseAddress else { return ByteBuffer() }
        let key = UInt(bitPattern: address)
        loans.withLock { $0[key, default: Loan(lender: lender, borrowers: 0)].borrowers += 1 }
        return ByteBuffer(takingOwnershipOf: memory, allocator: allocator, writerIndex: writerIndex)
    }

    // What a buffer allocates when it has to move, because someone writes to it, is ordinary memory.
    private static let allocator = ByteBufferAllocator(
        allocate: { malloc($0) },
        reallocate: { BorrowedMemory.reallocate($0, from: $1, to: $2) },
        deallocate: { if !BorrowedMemory.giveBack($0) { free($0) } },
        copy: { $0.copyMemory(from: $1, byteCount: $2) })

    private static func reallocate(
        _ address: UnsafeMutableRawPointer?, from size: Int, to newSize: Int
    ) -> UnsafeMutableRawPointer? {
        let key = UInt(bitPattern: address)
        guard let address, loans.withLock({ $0[key] != nil }) else { return realloc(address, newSize) }
        let moved = malloc(newSize)
        moved?.copyMemory(from: address, byteCount: min(size, newSize))
        _ = giveBack(address)
        return moved
    }

    /// Returns `false` for memory that was not lent.
    private static func giveBack(_ address: UnsafeMutableRawPointer) -> Bool {
        let key = UInt(bitPattern: address)
        // The lender is dropped after the lock: what frees it may take its time.
        let (wasLent, lender) = loans.withLock { loans -> (Bool, TensorBytes?) in
            guard let loan = loans[key] else { return (false, nil) }
            if loan.borrowers == 1 {
                loans[key] = nil
            } else {
                loans[key] = Loan(lender: loan.lender, borrowers: loan.borrowers - 1)
            }
            return (true, loan.lender)
        }
        withExtendedLifetime(lender) {}
        return wasLent
    }
}
