import Foundation
import InferenceProtos
import InferenceTypes
import ServerTransport
import SwiftProtobuf

@testable import GRPCFrontend

extension InferMethods {
    /// Calls ModelInfer with these bytes and waits for the end.
    func infer(_ bytes: [UInt8]) async -> InferCallProbe {
        let call = InferCallProbe()
        call.decodingThreads.start()
        for method in all where method.path.hasSuffix("/ModelInfer") {
            if case .unaryCall(let answer) = method.kind { answer(TensorBytes(copying: bytes), call) }
        }
        _ = await call.finished()
        await call.decodingThreads.stop()
        return call
    }

    func infer(_ request: Inference_ModelInferRequest) async throws -> InferCallProbe {
        await infer(try request.serializedBytes())
    }

    /// Opens a ModelStreamInfer call.
    func openStream(_ call: InferCallProbe) -> (any GRPCCallHandler)? {
        for method in all where method.path.hasSuffix("/ModelStreamInfer") {
            if case .handler(let open) = method.kind { return open(call) }
        }
        return nil
    }
}

extension GRPCCallHandler {
    func received(_ request: Inference_ModelInferRequest) throws {
        let bytes: [UInt8] = try request.serializedBytes()
        received(TensorBytes(copying: bytes))
    }
}

extension Inference_ModelInferRequest {
    /// A request with one raw input of bytes.
    init(_ model: String, id: String = "", _ bytes: [UInt8] = [1, 2, 3]) {
        self.init()
        modelName = model
        self.id = id
        inputs = [
            .with {
                $0.name = "INPUT0"
                $0.datatype = "UINT8"
                $0.shape = [Int64(bytes.count)]
            }
        ]
        rawInputContents = [Data(bytes)]
    }
}
