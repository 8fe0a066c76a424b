import HTTP2Codec
import InferenceTypes
import NIOCore
import ServerTransport

extension GRPCStream {
    /// A message of this size is compressed at once.
    private static let quicklyCompressedByteCount = 16 * 1024

    func perform(_ output: GRPCOutput) {
        guard !isClosed else {
            settle(output.byteCount)
            if case .whenPending(_, let action) = output { action() }
            return
        }
        switch output {
        case .message(let message): send(message, isLast: false)
        case .last(let message): send(message, isLast: true)
        case .finish(let status): end(status)
        case .whenPending(let byteCount, let action):
            if pendingByteCount < byteCount { action() } else { waiters.append((byteCount, action)) }
        case .pause: isPaused = true
        case .resume: resume()
        }
    }

    /// Ends the call from the server's side, whatever its handler does.
    func fail(_ status: GRPCStatus) {
        guard beginFinish() else {
            // The handler has ended it already; what the client has broken meanwhile does not matter.
            isReceivingOver = true
            return
        }
        cancellation.cancel()
        let handler = handler
        end(status)
        handler?.cancelled()
        connection.outputSubmitted()
    }

    /// The client does not hear of the call any more, or has heard all of it.
    func closed() {
        isClosed = true
        isReceivingOver = true
        releaseHeld()
        message = nil
        let handler = handler
        self.handler = nil
        if beginFinish() {
            cancellation.cancel()
            handler?.cancelled()
        }
        settle(submittedByteCount)
        submittedByteCount = 0
        let actions = waiters.map(\.action)
        waiters = []
        for action in actions { action() }
    }

    /// After writing: what the session still holds is what is pending.
    func settleWritten() {
        let written = submittedByteCount - stream.pendingByteCount
        submittedByteCount = stream.pendingByteCount
        settle(written)
    }

    private func send(_ message: GRPCMessage, isLast: Bool) {
        sendHeaders(for: message)
        guard responseCoding != .identity, message.isCompressible, message.byteCount > 0 else {
            submit(message, isCompressed: false)
            if isLast { end(.ok, trailers: message.trailers) }
            return
        }
        if message.byteCount <= Self.quicklyCompressedByteCount {
            let (compressed, isCompressed) = compressing(message)
            submit(compressed, isCompressed: isCompressed, replacing: message.byteCount)
            if isLast { end(.ok, trailers: message.trailers) }
            return
        }
        hold()
        service.decodingThreads.run { [self] isStopping in
            let (compressed, isCompressed) = isStopping ? (message, false) : compressing(message)
            connection.eventLoop.execute { [self] in
                if isClosed {
                    settle(message.byteCount + GRPCMessageReader.prefixByteCount)
                } else {
                    submit(compressed, isCompressed: isCompressed, replacing: message.byteCount)
                    if isLast { end(.ok, trailers: message.trailers) }
                }
                release()
            }
        }
    }

    /// The message compressed, unless that makes it no smaller.
    private func compressing(_ message: GRPCMessage) -> (message: GRPCMessage, isCompressed: Bool) {
        let parts = (message.head.isEmpty ? [] : [TensorBytes(copying: message.head)]) + message.parts
        guard let bytes = Deflater.deflate(parts, responseCoding, level: service.compression.deflateLevel),
            bytes.count < message.byteCount
        else { return (message, false) }
        return (GRPCMessage(head: bytes), true)
    }

    private func sendHeaders(for message: GRPCMessage) {
        guard !hasSentHeaders else { return }
        hasSentHeaders = true
        if service.compression != .none, message.isCompressible {
            responseCoding = head.acceptsGzip ? .gzip : head.acceptsDeflate ? .deflate : .identity
        }
        let fields =
            switch responseCoding {
            case .identity: GRPCResponseFields.headers
            case .gzip: GRPCResponseFields.gzipHeaders
            case .deflate: GRPCResponseFields.deflateHeaders
            }
        connection.session.submitHeaders(fields, on: stream)
    }

    /// `replacing`: the size of the message that was posted in its place.
    private func submit(_ message: GRPCMessage, isCompressed: Bool, replacing posted: Int? = nil) {
        let length = message.byteCount
        if let posted { settle(posted - length) }
        guard let wireLength = UInt32(exactly: length) else {
            settle(length + GRPCMessageReader.prefixByteCount)
            if beginFinish() { cancellation.cancel() }
            return end(GRPCStatus(.resourceExhausted, "Sent message larger than max (\(length) vs. \(UInt32.max))"))
        }
        var head: [UInt8] = []
        head.reserveCapacity(GRPCMessageReader.prefixByteCount + message.head.count)
        head.append(isCompressed ? 1 : 0)
        withUnsafeBytes(of: wireLength.bigEndian) { head.append(contentsOf: $0) }
        head.append(contentsOf: message.head)
        connection.session.submitData(head, on: stream)
        for part in message.parts { connection.session.submitData(part, on: stream) }
        submittedByteCount += GRPCMessageReader.prefixByteCount + length
        connection.listWriter(self)
    }

    private func end(_ status: GRPCStatus, trailers: [GRPCMetadata.Field] = []) {
        isReceivingOver = true
        releaseHeld()
        message = nil
        handler = nil
        if hasSentHeaders {
            connection.session.submitEnd(trailers: GRPCResponseFields.trailers(status, trailers), on: stream)
        } else {
            hasSentHeaders = true
            connection.session.submitHeaders(GRPCResponseFields.trailersOnly(status), isEnd: true, on: stream)
        }
    }
}

extension GRPCCompressionLevel {
    /// zlib's level.
    var deflateLevel: Int32 {
        switch self {
        case .none: 0
        case .low: 1
        case .medium: 6
        case .high: 9
        }
    }
}
