import NIOCore
import ServerTransport

extension HTTPConnectionHandler {
    private static let streamedPiece = 64 * 1024

    /// Writes the head of a response whose parts follow.
    func begin(_ stream: HTTPResponseStream, _ head: HTTPResponse, _ context: ChannelHandlerContext) {
        // HTTP/1.0 knows no chunks: the end of the connection ends the body.
        if responseContext.minorVersion == 0 { responseContext.keepsAlive = false }
        var buffer = context.channel.allocator.buffer(capacity: 256)
        buffer.writeBytes(HTTPResponseEncoder.head(of: head, responseContext))
        phase = .streaming(stream)
        context.write(Self.wrapOutboundOut(buffer), promise: nil)
        continueStreaming(context)
    }

    /// Writes what has come of a streamed response, as long as the client keeps reading.
    func continueStreaming(_ context: ChannelHandlerContext) {
        guard !isWritingNow else { return }
        isWritingNow = true
        defer { isWritingNow = false }
        while case .streaming(let stream) = phase {
            guard context.channel.isWritable else {
                context.flush()
                // The channel may have become writable again, and said so when it could not be heard.
                if context.channel.isWritable { continue }
                return expectReading(context)
            }
            switch stream.next(upTo: Self.streamedPiece) {
            case .bytes(let bytes): context.write(Self.wrapOutboundOut(chunk(bytes, context)), promise: nil)
            case .wait:
                context.flush()
                return deadline.clear()
            case .end:
                if responseContext.minorVersion > 0 {
                    var buffer = context.channel.allocator.buffer(capacity: 8)
                    buffer.writeStaticString("0\r\n\r\n")
                    context.write(Self.wrapOutboundOut(buffer), promise: nil)
                }
                context.flush()
                return finishResponse(context)
            case .cutOff: return context.close(promise: nil)
            }
        }
    }

    private func chunk(_ bytes: [UInt8], _ context: ChannelHandlerContext) -> ByteBuffer {
        var buffer = context.channel.allocator.buffer(capacity: bytes.count + 24)
        guard responseContext.minorVersion > 0 else {
            buffer.writeBytes(bytes)
            return buffer
        }
        buffer.writeString(String(bytes.count, radix: 16))
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(bytes)
        buffer.writeStaticString("\r\n")
        return buffer
    }
}
