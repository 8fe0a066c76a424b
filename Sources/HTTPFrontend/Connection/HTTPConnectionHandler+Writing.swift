import InferenceTypes
import NIOCore
import ServerTransport

extension HTTPConnectionHandler {
    /// Bodies up to this size go out in one piece with the head.
    private static let smallBody = 32 * 1024
    private static let pieceSize = 1024 * 1024
    /// A larger buffer is not kept for the next response.
    private static let keptCapacity = 4 * 1024

    /// Starts writing a response; `finishResponse` follows, perhaps later.
    func write(_ response: HTTPResponse, _ context: ChannelHandlerContext) {
        headBytes.removeAll(keepingCapacity: true)
        HTTPResponseEncoder.appendHead(of: response, responseContext, to: &headBytes)
        let length = responseContext.isHead ? 0 : response.contentLength
        phase = .writing
        guard length > Self.smallBody else {
            var buffer = takeBuffer(headBytes.count + length, context)
            buffer.writeBytes(headBytes)
            if length > 0 {
                buffer.writeBytes(response.body)
                for tensor in response.tensors {
                    tensor.withUnsafeBytes { _ = buffer.writeBytes($0) }
                }
            }
            context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
            if buffer.capacity <= Self.keptCapacity { outgoing = buffer }
            return continueWriting(context)
        }
        responseBody = HTTPResponseBody(response)
        var buffer = takeBuffer(headBytes.count, context)
        buffer.writeBytes(headBytes)
        context.write(Self.wrapOutboundOut(buffer), promise: nil)
        continueWriting(context)
    }

    /// An empty buffer: that of the last response, if the channel has written it.
    private func takeBuffer(_ capacity: Int, _ context: ChannelHandlerContext) -> ByteBuffer {
        guard outgoing.capacity > 0 else { return context.channel.allocator.buffer(capacity: capacity) }
        var buffer = outgoing
        outgoing = ByteBuffer()
        buffer.clear(minimumCapacity: capacity)
        return buffer
    }

    /// Writes on as long as the client keeps reading.
    func continueWriting(_ context: ChannelHandlerContext) {
        guard !isWritingNow else { return }
        isWritingNow = true
        defer { isWritingNow = false }
        while case .writing = phase {
            guard context.channel.isWritable else { return expectReading(context) }
            guard var rest = responseBody, !rest.isEmpty else { return finishResponse(context) }
            guard !turn.isSpent else { return letOthersRun(context) }
            responseBody = nil
            let piece = rest.nextPiece(upTo: Self.pieceSize, context.channel.allocator)
            turn.countWritten(piece.readableBytes)
            responseBody = rest
            context.writeAndFlush(Self.wrapOutboundOut(piece), promise: nil)
        }
    }

    /// Goes on with this connection after the other ones had their turn.
    func letOthersRun(_ context: ChannelHandlerContext) {
        guard turn.end() else { return }
        turnQueue.append { [self] in
            turn.resume()
            guard let context = self.context else { return }
            continueWriting(context)
            process(context)
        }
    }
}
