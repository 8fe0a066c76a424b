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
        do throws(InflationError) {
            return try inflate(body, coding, limit: limit) { _ in alignedOffset }
        } catch {
            switch error {
            case .tooLarge:
                throw ServingError(
                    .invalidArgument,
                    "the decompressed request body exceeds the limit of \(limit) bytes. "
                        + "Use --http-max-input-size to increase the limit.")
            case .damaged(let reason):
                throw ServingError(
                    .invalidArgument, "failed to decompress the request body as \(coding.rawValue): \(reason)")
            case .outOfMemory: throw ServingError(.internal, "not enough memory to decompress the request body")
            }
        }
    }

    /// As above; `alignedOffset` tells from the first bytes that come out which byte shall lie on a multiple of 64.
    package static func inflate(
        _ body: TensorBytes, _ coding: ContentCoding, limit: Int,
        alignedOffset: (UnsafeRawBufferPointer) -> Int
    ) throws(InflationError) -> TensorBytes {
        guard coding != .identity else { return body }
        var stream = z_stream()
        let windowBits: Int32 = coding == .gzip ? 15 + 16 : 15
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .outOfMemory
        }
        defer { inflateEnd(&stream) }
        return try body.withUnsafeBytes { bytes throws(InflationError) in
            try inflate(bytes, &stream, coding, limit: limit, alignedOffset: alignedOffset)
        }
    }

    private static func inflate(
        _ input: UnsafeRawBufferPointer, _ stream: inout z_stream, _ coding: ContentCoding, limit: Int,
        alignedOffset: (UnsafeRawBufferPointer) -> Int
    ) throws(InflationError) -> TensorBytes {
        var output: RequestBodyBuffer?
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
        defer { piece.deallocate() }
        var source = ZlibSource(input)
        while true {
            source.refill(&stream)
            stream.next_out = piece.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(piece.count)
            let status = CZlib.inflate(&stream, Z_NO_FLUSH)
            let produced = UnsafeRawBufferPointer(rebasing: piece[..<(piece.count - Int(stream.avail_out))])
            guard (output?.count ?? 0) + produced.count <= limit else { throw .tooLarge }
            if output == nil, !produced.isEmpty {
                output = RequestBodyBuffer(expectedCount: nil, alignedOffset: alignedOffset(produced))
            }
            output?.append(produced)
            let isUsedUp = source.isUsedUp(stream)
            switch status {
            case Z_STREAM_END:
                if isUsedUp { return output?.finish() ?? .empty }
                // A gzip file may have several members; anything else after the end is not part of the body.
                guard coding == .gzip, inflateReset(&stream) == Z_OK else {
                    throw .damaged("\(source.remaining(stream)) bytes follow its end")
                }
            case Z_OK, Z_BUF_ERROR:
                if isUsedUp, stream.avail_out > 0 { throw .damaged("it is cut off") }
            case Z_MEM_ERROR: throw .outOfMemory
            default: throw .damaged(stream.msg.map { String(cString: $0) } ?? "zlib error \(status)")
            }
        }
    }
}
