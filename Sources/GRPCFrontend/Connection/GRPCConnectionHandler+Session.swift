import HTTP2Codec
import InferenceTypes
import Logging
import NIOCore
import ServerTransport

extension GRPCConnectionHandler: HTTP2SessionDelegate {
    func received(_ block: HTTP2HeaderBlock, on stream: HTTP2Stream) {
        if let lastCall, block.equals(lastCall.fields) { return open(lastCall.head, lastCall.metadata, on: stream) }
        switch GRPCRequestHead(block, methods: service.methods, restrictedAPIs: service.restrictedAPIs) {
        case .call(let head): open(head, block, on: stream)
        case .refused(let status):
            session.submitHeaders(GRPCResponseFields.trailersOnly(status), isEnd: true, on: stream)
        case .notGRPC(let fields): session.submitHeaders(fields, isEnd: true, on: stream)
        }
    }

    func received(_ bytes: UnsafeRawBufferPointer, on stream: HTTP2Stream) {
        guard let call = call(of: stream) else { return session.consume(bytes.count, on: stream) }
        call.receive(bytes)
    }

    func receivedEnd(on stream: HTTP2Stream) { call(of: stream)?.clientEnded() }

    func closed(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
        guard let call = call(of: stream) else { return }
        stream.call = nil
        unlist(call)
        call.closed()
    }

    func receivedPing() {
        guard strikes.received(at: now, hasCalls: !calls.isEmpty) else { return }
        session.shutDown(.enhanceYourCalm, "too_many_pings")
        service.warnings.warn("a gRPC connection\(peer) is closed: the client pings too often", at: now)
    }

    func receivedPingAcknowledgement(_ payload: UInt64) {}

    func receivedGoAway(_ code: HTTP2ErrorCode, _ debugText: UnsafeRawBufferPointer) {}

    func connectionFailed(_ error: HTTP2ConnectionError) {
        service.warnings.warn("a gRPC connection\(peer) is closed: \(error)", at: now)
    }

    /// Who is at the other end.
    private var peer: String { context?.remoteAddress.map { " from \($0)" } ?? "" }

    private func call(of stream: HTTP2Stream) -> GRPCStream? { stream.call as? GRPCStream }
}
