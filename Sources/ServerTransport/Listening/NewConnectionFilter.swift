#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A socket filter that drops the first packet of every new connection, and lets all others pass.
///
/// A listening socket that is closed takes the connections that wait in its queue with it: their clients, who have been
/// told that they are connected, get a reset. Behind this filter the queue empties, and then there is none to lose.
enum NewConnectionFilter {
    // Laid out as `struct sock_filter` and `struct sock_fprog` of linux/filter.h.
    private struct Instruction {
        var code: UInt16
        var offsetIfTrue: UInt8 = 0
        var offsetIfFalse: UInt8 = 0
        var operand: UInt32
    }

    private struct Program {
        var count: UInt16
        var instructions: UnsafePointer<Instruction>?
    }

    /// Where the flags of a TCP header are, and the one of a first packet.
    private static let flagsOffset: UInt32 = 13
    private static let synchronize: UInt32 = 0x02

    /// Load a byte; go on if bits are set; return how much of the packet passes.
    private static let instructions = [
        Instruction(code: 0x30, operand: flagsOffset),
        Instruction(code: 0x45, offsetIfFalse: 1, operand: synchronize),
        Instruction(code: 0x06, operand: 0),
        Instruction(code: 0x06, operand: .max),
    ]

    /// Returns whether the system has taken the filter.
    static func attach(to descriptor: CInt) -> Bool {
        #if os(Linux)
            return instructions.withUnsafeBufferPointer { instructions in
                var program = Program(count: UInt16(instructions.count), instructions: instructions.baseAddress)
                let size = socklen_t(MemoryLayout<Program>.size)
                return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, size) == 0
            }
        #else
            return false
        #endif
    }
}
