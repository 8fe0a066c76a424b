import HTTP2Codec
import InferenceTypes
import NIOCore
import ServerTransport
import ServingProtocol

extension GRPCStream {
    /// A compressed message of this size is inflated at once.
    private static let quicklyInflatedByteCount = 1024
    /// The only message of a method that answers at once is read at once up to this size.
    private static let quicklyReadByteCount = 64 * 1024

    /// Called once, before anything is received.
    func begin() {
        if case .handler(let makeHandler) = head.method.kind { handler = makeHandler(GRPCServerCall(self)) }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        progress.received(bytes.count)
        guard !isReceivingOver else { return connection.session.consume(bytes.count, on: stream) }
        guard !isBlocked, held.readableBytes == 0 else {
            return hold(bytes)
        }
        let used = read(bytes)
        connection.session.consume(used, on: stream)
        if used < bytes.count { hold(UnsafeRawBufferPointer(rebasing: bytes[used...])) }
    }

    /// Keeps what cannot be read yet: at most what the window of the stream lets through. Other calls of the connection
    /// shall not have to wait for this one.
    private func hold(_ bytes: UnsafeRawBufferPointer) {
        held.writeBytes(bytes)
        guard connection.heldByteCount < service.limits.maximumHeldBytes else { return }
        connection.heldByteCount += bytes.count
        heldByteCount += bytes.count
        connection.session.consumeOnConnection(bytes.count, on: stream)
    }

    func releaseHeld() {
        connection.heldByteCount -= heldByteCount
        heldByteCount = 0
        held = ByteBuffer()
    }

    func clientEnded() {
        hasClientEnded = true
        endIfAllIsRead()
    }

    /// Whether the next message has to wait.
    private var isBlocked: Bool { isPaused || isInflating }

    /// Whether the client has to send something before the call can go on.
    var isExpectingBytes: Bool {
        guard !isReceivingOver, !hasClientEnded, !isBlocked, held.readableBytes == 0 else { return false }
        return handler == nil || !reader.isBetweenMessages
    }

    func resume() {
        isPaused = false
        if !isReading { readHeld() }
    }

    /// Goes on after a pause.
    private func readHeld() {
        guard !isBlocked, !isReceivingOver else { return }
        if held.readableBytes > 0 {
            var bytes = held
            held = ByteBuffer()
            let used = bytes.withUnsafeReadableBytes { read($0) }
            connection.session.consume(used, on: stream)
            guard !isReceivingOver else { return }
            bytes.moveReaderIndex(forwardBy: used)
            if bytes.readableBytes == 0 {
                releaseHeld()
            } else {
                bytes.discardReadBytesIfLarge()
                held = bytes
            }
        }
        endIfAllIsRead()
    }

    /// Returns the number of bytes used.
    private func read(_ bytes: UnsafeRawBufferPointer) -> Int {
        var offset = 0
        isReading = true
        defer { isReading = false }
        while !isBlocked, !isReceivingOver {
            switch reader.next(bytes, at: &offset) {
            case .needsMore: return offset
            case .failure(let status): fail(status)
            case .message(let message, let isCompressed):
                if isCompressed { inflate(message) } else { take(message) }
            }
        }
        return isReceivingOver ? bytes.count : offset
    }

    private func take(_ message: TensorBytes) {
        if let handler { return handler.received(message) }
        guard self.message == nil else {
            return fail(GRPCStatus(.unimplemented, "the method takes exactly one message, and the client sent more"))
        }
        self.message = message
    }

    private func inflate(_ message: TensorBytes) {
        let coding = head.coding
        guard coding != .identity else {
            return fail(GRPCStatus(.internal, "Compressed-Flag is set, but grpc-encoding is identity"))
        }
        if message.count <= Self.quicklyInflatedByteCount { return inflated(inflation(of: message)) }
        isInflating = true
        service.decodingThreads.run { [self] isStopping in
            let result: Result<TensorBytes, GRPCStatus> =
                isStopping ? .failure(GRPCStatus(.serverIsStopping)) : inflation(of: message)
            connection.eventLoop.execute { [self] in
                isInflating = false
                inflated(result)
                readHeld()
                connection.outputSubmitted()
            }
        }
    }

    private func inflation(of message: TensorBytes) -> Result<TensorBytes, GRPCStatus> {
        let limit = min(service.limits.maximumInflatedBytes, maximumMessageBytes)
        let alignedOffset = head.method.alignedOffset
        do throws(InflationError) {
            let inflated = try Inflater.inflate(message, head.coding, limit: limit) { alignedOffset?($0) ?? 0 }
            guard inflated.count > BodyBudget.uncounted else { return .success(inflated) }
            let share = BodyShare(of: service.budget)
            return share.grow(by: inflated.count)
                ? .success(share.cover(inflated)) : .failure(GRPCMessageReader.overBudget)
        } catch {
            switch error {
            case .tooLarge:
                return .failure(
                    GRPCStatus(
                        .resourceExhausted,
                        "Received message larger than max after decompression (limit \(limit)). "
                            + "Use --grpc-max-inflated-size to increase the limit."))
            case .damaged(let reason):
                return .failure(
                    GRPCStatus(
                        .internal, "failed to decompress a message as \(head.coding.rawValue): \(reason)"))
            case .outOfMemory:
                return .failure(GRPCStatus(.resourceExhausted, "not enough memory to decompress a message"))
            }
        }
    }

    private func inflated(_ result: Result<TensorBytes, GRPCStatus>) {
        guard !isReceivingOver else { return }
        switch result {
        case .success(let message): take(message)
        case .failure(let status): fail(status)
        }
    }

    /// The client has said all that it has to say, and all of that is taken.
    private func endIfAllIsRead() {
        guard hasClientEnded, !isBlocked, !isReceivingOver, held.readableBytes == 0 else { return }
        guard reader.isBetweenMessages else {
            return fail(GRPCStatus(.internal, "the request ended in the middle of a message"))
        }
        isReceivingOver = true
        if let handler { return handler.halfClosed() }
        guard let message else {
            return fail(GRPCStatus(.unimplemented, "the method takes exactly one message, and the client sent none"))
        }
        self.message = nil
        answer(message)
    }

    private func answer(_ message: TensorBytes) {
        switch head.method.kind {
        case .unary(let answer) where message.count > Self.quicklyReadByteCount:
            let call = GRPCServerCall(self)
            service.decodingThreads.run { isStopping in
                if isStopping { return call.finish(GRPCStatus(.serverIsStopping)) }
                guard !call.cancellation.isCancelled else { return }
                do throws(GRPCStatus) {
                    call.finish(with: try answer(message))
                } catch {
                    call.finish(error)
                }
            }
        case .unary(let answer):
            do throws(GRPCStatus) {
                let answer = try answer(message)
                if beginFinish() { post(.last(answer)) }
            } catch {
                if beginFinish() { post(.finish(error)) }
            }
        case .unaryTask(let answer):
            let call = GRPCServerCall(self)
            Task {
                do throws(GRPCStatus) {
                    call.finish(with: try await answer(message))
                } catch {
                    call.finish(error)
                }
            }
        case .unaryCall(let answer): answer(message, GRPCServerCall(self))
        case .handler: break
        }
        connection.turn.countExchange()
    }
}

extension ByteBuffer {
    /// Gives memory back when more of it is read than unread.
    fileprivate mutating func discardReadBytesIfLarge() {
        if readerIndex > readableBytes { discardReadBytes() }
    }
}
