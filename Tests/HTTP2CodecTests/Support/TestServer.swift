import HTTP2Codec
import InferenceTypes

/// A server's session that records events and output, and answers as the test says.
final class TestServer: HTTP2SessionDelegate, HTTP2OutputSink {
    let session: HTTP2ServerSession
    var events: [ServerEvent] = []
    var failure: HTTP2ConnectionError?
    var streams: [Int32: HTTP2Stream] = [:]
    /// Bytes received on each stream, counted only.
    var receivedByteCount: [Int32: Int] = [:]
    var closeCount: [Int32: Int] = [:]
    var output: [UInt8] = []
    /// Payload given by reference.
    var payloads: [TensorBytes] = []
    var keepsPayloads = true
    var recordsData = true
    var consumesAtOnce = true
    var now: UInt64 = 0
    var answer: (TestServer, HTTP2Stream) -> Void = { _, _ in }
    var onRequest: (TestServer, HTTP2Stream) -> Void = { _, _ in }
    var onData: (TestServer, HTTP2Stream, UnsafeRawBufferPointer) -> Void = { _, _, _ in }

    init(limits: HTTP2Limits = HTTP2Limits(), settings: HTTP2Settings = HTTP2Settings()) throws {
        session = try HTTP2ServerSession(limits: limits, settings: settings)
    }

    func receive(_ bytes: some Sequence<UInt8>) {
        Array(bytes).withUnsafeBytes { session.receive($0, at: now, self) }
    }

    /// What waits to be sent, in steps of `budget`.
    func takeOutput(budget: Int = 1 << 20) -> [UInt8] {
        while session.writeOutput(to: self, budget: budget, self) > 0 {}
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }

    // MARK: HTTP2OutputSink

    func write(_ bytes: UnsafeRawBufferPointer) { output.append(contentsOf: bytes) }

    func write(_ payload: TensorBytes) {
        payload.withUnsafeBytes { output.append(contentsOf: $0) }
        if keepsPayloads { payloads.append(payload) }
    }

    // MARK: HTTP2SessionDelegate

    func received(_ block: HTTP2HeaderBlock, on stream: HTTP2Stream) {
        let fields = (0..<block.count).map { index in
            ServerEvent.Field(
                name: String(decoding: block[index].name, as: UTF8.self),
                value: String(decoding: block[index].value, as: UTF8.self))
        }
        streams[stream.id] = stream
        events.append(.request(stream.id, fields, exceedsLimits: block.exceedsLimits))
        onRequest(self, stream)
    }

    func received(_ bytes: UnsafeRawBufferPointer, on stream: HTTP2Stream) {
        receivedByteCount[stream.id, default: 0] += bytes.count
        if recordsData {
            if case .data(stream.id, let before) = events.last {
                events[events.count - 1] = .data(stream.id, before + bytes)
            } else {
                events.append(.data(stream.id, Array(bytes)))
            }
        }
        onData(self, stream, bytes)
        if consumesAtOnce { session.consume(bytes.count, on: stream) }
    }

    func receivedEnd(on stream: HTTP2Stream) {
        events.append(.end(stream.id))
        answer(self, stream)
    }

    func closed(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
        events.append(.closed(stream.id, code))
        closeCount[stream.id, default: 0] += 1
    }

    func receivedPingAcknowledgement(_ payload: UInt64) { events.append(.pingAcknowledgement(payload)) }
    func receivedPing() { events.append(.ping) }
    func receivedGoAway(_ code: HTTP2ErrorCode, _ debugText: UnsafeRawBufferPointer) { events.append(.goAway(code)) }

    func connectionFailed(_ error: HTTP2ConnectionError) {
        failure = error
        events.append(.failed(error.code))
    }
}

extension TestServer {
    /// A whole answer of one message and trailers, as gRPC gives it.
    func answerUnary(_ stream: HTTP2Stream, head: [UInt8], parts: [TensorBytes]) {
        session.submitHeaders([":status": "200", "content-type": "application/grpc"], on: stream)
        session.submitData(head, on: stream)
        for part in parts { session.submitData(part, on: stream) }
        session.submitEnd(trailers: ["grpc-status": "0"], on: stream)
    }
}
