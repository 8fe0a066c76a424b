import CZlib
package import InferenceTypes

/// Compresses a response body.
package enum Deflater {
    /// zlib's own choice between speed and size.
    package static let defaultLevel = Z_DEFAULT_COMPRESSION

    /// `parts` one after the other, compressed; `nil` when zlib has no memory. `level`: zlib's, from 1 to 9.
    package static func deflate(
        _ parts: [TensorBytes], _ coding: ContentCoding, level: Int32 = defaultLevel
    ) -> [UInt8]? {
        var stream = z_stream()
        let windowBits: Int32 = coding == .gzip ? 15 + 16 : 15
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var output: [UInt8] = []
        for part in parts {
            part.withUnsafeBytes { bytes in
                var source = ZlibSource(bytes)
                repeat {
                    source.refill(&stream)
                    run(&stream, Z_NO_FLUSH, &output)
                } while !source.isUsedUp(stream)
            }
        }
        run(&stream, Z_FINISH, &output)
        return output
    }

    /// Lets zlib write until it has room left, which means that it wants more input or is done.
    private static func run(_ stream: inout z_stream, _ flush: Int32, _ output: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { piece in
            repeat {
                stream.next_out = piece.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(piece.count)
                _ = CZlib.deflate(&stream, flush)
                output.append(contentsOf: piece[..<(piece.count - Int(stream.avail_out))])
            } while stream.avail_out == 0
        }
    }
}
