import CZlib
package import InferenceTypes

/// Takes a compressed body apart.
package enum Inflater {
    /// The body behind `coding`, in memory whose byte at `alignedOffset` lies on a multiple of 64.
    ///
    /// Stops as soon as more than `limit` bytes come out. Throws `invalidArgument` when the body is too large, cut off,
    /// damaged or not of that coding.
    package static func inflate(
        _ body: TensorBytes, _ coding: ContentCoding, limit: Int, alignedOffset: Int
    ) throws(ServingError) -> TensorBytes {
        guard coding != .identity else { return body }
        var stream = z_stream()
        let windowBits: Int32 = coding == .gzip ? 15 + 16 : 15
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw ServingError(.internal, "not enough memory to decompress the request body")
        }
        defer { inflateEnd(&stream) }
        return try body.withUnsafeBytes { bytes throws(ServingError) in
            try inflate(bytes, &stream, coding, limit: limit, alignedOffset: alignedOffset)
        }
    }

    private static func inflate(
        _ input: UnsafeRawBufferPointer, _ stream: inout z_stream, _ coding: ContentCoding, limit: Int,
        alignedOffset: Int
    ) throws(ServingError) -> TensorBytes {
        var output = RequestBodyBuffer(expectedCount: nil, alignedOffset: alignedOffset)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
        defer { piece.deallocate() }
        var source = ZlibSource(input)
        while true {
            source.refill(&stream)
            stream.next_out = piece.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(piece.count)
            let status = CZlib.inflate(&stream, Z_NO_FLUSH)
            let produced = piece.count - Int(stream.avail_out)
            guard output.count + produced <= limit else {
                throw ServingError(
                    .invalidArgument,
                    "the decompressed request body exceeds the limit of \(limit) bytes. "
                        + "Use --http-max-input-size to increase the limit.")
            }
            output.append(UnsafeRawBufferPointer(rebasing: piece[..<produced]))
            let isUsedUp = source.isUsedUp(stream)
            switch status {
            case Z_STREAM_END:
                if isUsedUp { return output.finish() }
                // A gzip file may have several members; anything else after the end is not part of the body.
                guard coding == .gzip, inflateReset(&stream) == Z_OK else {
                    throw damaged(coding, "\(source.remaining(stream)) bytes follow its end")
                }
            case Z_OK, Z_BUF_ERROR:
                if isUsedUp, stream.avail_out > 0 { throw damaged(coding, "it is cut off") }
            case Z_MEM_ERROR: throw ServingError(.internal, "not enough memory to decompress the request body")
            default: throw damaged(coding, stream.msg.map { String(cString: $0) } ?? "zlib error \(status)")
            }
        }
    }

    private static func damaged(_ coding: ContentCoding, _ reason: String) -> ServingError {
        ServingError(.invalidArgument, "failed to decompress the request body as \(coding.rawValue): \(reason)")
    }
}
