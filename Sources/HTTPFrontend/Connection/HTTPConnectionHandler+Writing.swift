import InferenceTypes
import NIOCore
import ServerTransport

extension HTTPConnectionHandler {
    /// Bodies up to this size go out in one piece with the head.
    private static let smallBody = 64 * 1024
    private static let pieceSize = 256 * 1024

    /// Starts writing a response; `finishResponse` follows, perhaps later.
    func write(_ response: HTTPResponse, _ context: ChannelHandlerContext) {
        let head = HTTPResponseEncoder.head(of: response, responseContext)
        let length = responseContext.isHead ? 0 : response.contentLength
        phase = .writing
        guard length > Self.smallBody else {
            var buffer = context.channel.allocator.buffer(capacity: head.count + length)
            buffer.writeBytes(head)
            if length > 0 {
                buffer.writeBytes(response.body)
                for tensor in response.tensors {
                    tensor.withUnsafeBytes { _ = buffer.writeBytes($0) }
                }
            }
            context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
            return continueWriting(context)
        }
        responseBody = HTTPResponseBody(response)
        var buffer = context.channel.allocator.buffer(capacity: head.count)
        buffer.writeBytes(head)
        context.write(Self.wrapOutboundOut(buffer), promise: nil)
        continueWriting(context)
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
            turn.countWritten(Self.pieceSize)
            responseBody = nil
            var buffer = context.channel.allocator.buffer(capacity: Self.pieceSize)
            rest.write(upTo: Self.pieceSize, into: &buffer)
            responseBody = rest
            context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
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
