import CZlib

/// Hands memory of any size to zlib, which counts its input in 32 bits.
struct ZlibSource {
    private let input: UnsafeRawBufferPointer
    private var offset = 0

    init(_ input: UnsafeRawBufferPointer) { self.input = input }

    /// Gives the stream its next input when it has used what it had.
    mutating func refill(_ stream: inout z_stream) {
        guard stream.avail_in == 0, offset < input.count else { return }
        let count = min(input.count - offset, 1 << 30)
        // zlib's interface lacks const; it does not write to its input.
        stream.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.advanced(by: offset)
            .assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(count)
        offset += count
    }

    func isUsedUp(_ stream: z_stream) -> Bool { remaining(stream) == 0 }

    func remaining(_ stream: z_stream) -> Int { Int(stream.avail_in) + input.count - offset }

}
