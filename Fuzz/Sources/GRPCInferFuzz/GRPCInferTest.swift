import FuzzDriver
import InferenceProtos
import InferenceTypes
import ServingProtocol
import SwiftProtobuf

@testable import GRPCFrontend

/// A `ModelInferRequest`. What both accept is read as swift-protobuf reads it.
enum GRPCInferTest: FuzzTest {
    static func run(_ input: UnsafeRawBufferPointer) {
        let body = TensorBytes(copying: input)
        let bytes = Array(input)
        let message = body.withUnsafeBytes { try? InferRequestMessage($0, limits: RequestLimits()) }
        guard let message else { return }
        let inside = 0...bytes.count
        precondition(message.rawInputs.allSatisfy { inside.contains($0.lowerBound) && inside.contains($0.upperBound) })
        guard message.isWithinLimits, let expected = try? Inference_ModelInferRequest(serializedBytes: bytes) else {
            return
        }
        if let difference = message.difference(from: expected, bytes: bytes) {
            fatalError("\(difference) differs from what swift-protobuf reads")
        }
    }
}

extension InferRequestMessage {
    /// Whether everything that was read was kept.
    fileprivate var isWithinLimits: Bool {
        let limits = RequestLimits()
        return inputCount <= limits.maximumTensors && outputCount <= limits.maximumTensors
            && rawInputs.count < limits.maximumTensors && parameterCount <= limits.maximumParameters
            && inputs.allSatisfy { $0.rank <= limits.maximumRank }
    }
}
