import GRPCFrontend
import InferenceTypes
import SwiftProtobuf
import Testing

extension [GRPCMethod] {
    /// Calls a unary method with these bytes.
    func call(_ path: String, bytes: [UInt8]) async throws -> [UInt8] {
        let method = try #require(first { $0.path == path }, "there is no method \(path)")
        let message = TensorBytes(copying: bytes)
        switch method.kind {
        case .unary(let answer): return try answer(message).head
        case .unaryTask(let answer): return try await answer(message).head
        case .unaryCall, .handler:
            Issue.record("\(path) is not answered with one message")
            return []
        }
    }

    /// Calls a unary method of the inference service.
    func call<Response: Message>(_ method: String, _ request: some Message) async throws -> Response {
        let bytes = try await call("/inference.GRPCInferenceService/\(method)", bytes: request.serializedBytes())
        return try Response(serializedBytes: bytes)
    }
}
