import FuzzDriver
import InferenceProtos
import InferenceTypes
import ServingProtocol
import SwiftProtobuf

@testable import GRPCFrontend

/// A `ModelInferRequest`. What both accept is read as swift-protobuf reads it, what swift-protobuf writes of it is accepted
/// and read alike, and a response of the same tensors and parameters is written as swift-protobuf understands it.
enum GRPCInferTest: FuzzTest {
    private static let model = EchoModel()

    static func run(_ input: UnsafeRawBufferPointer) {
        // Not copied: what is read beyond the input is found out.
        let body = TensorBytes(input, owner: nil)
        precondition((0...input.count).contains(InferRequestMessage.alignedOffset(input)))
        let bytes = Array(input)
        let expected = try? Inference_ModelInferRequest(serializedBytes: bytes)
        if let expected { checkRewritten(expected) }
        guard let message = try? InferRequestMessage(input) else { return }
        let inside = 0...input.count
        precondition(message.rawInputs.allSatisfy { inside.contains($0.lowerBound) && inside.contains($0.upperBound) })
        if let expected { compare(message, expected, bytes, withMaps: false) }
        do throws(ServingError) {
            let decoded = try InferRequestDecoder.decode(
                message, body: body, servable: model, limits: InferCallLimits(), sharedMemory: SharedMemoryRegistry())
            check(decoded.request)
        } catch { precondition(!error.message.isEmpty) }
    }

    /// swift-protobuf passes over damage inside the entries of maps, or drops them, where others refuse the message or keep
    /// the default. What it writes itself is sound.
    private static func checkRewritten(_ expected: Inference_ModelInferRequest) {
        guard let bytes: [UInt8] = try? expected.serializedBytes() else { return }
        let message = bytes.withUnsafeBytes { try? InferRequestMessage($0) }
        guard let message else { fatalError("what swift-protobuf writes is refused") }
        compare(message, expected, bytes, withMaps: true)
    }

    /// Outputs hold little else than a map, so that without maps they are not compared either.
    private static func compare(
        _ message: InferRequestMessage, _ expected: Inference_ModelInferRequest, _ bytes: [UInt8], withMaps: Bool
    ) {
        guard message.isWithinLimits, let difference = message.difference(from: expected, bytes: bytes) else { return }
        if !withMaps, difference.hasPrefix("parameters") || difference.hasPrefix("output") { return }
        fatalError("\(difference) differs from what swift-protobuf reads")
    }

    private static func check(_ request: InferenceRequest) {
        let response = InferResponseMessage(
            InferenceResponse(
                modelName: request.modelName, modelVersion: 1, id: request.id, parameters: request.parameters,
                outputs: request.inputs))
        let message = InferResponseEncoder.encode(response)
        let bytes = message.parts.reduce(into: message.head) { $0.append(contentsOf: $1.pointer) }
        precondition(bytes.count == response.size)
        guard let read = try? Inference_ModelInferResponse(serializedBytes: bytes) else {
            fatalError("swift-protobuf does not read the response")
        }
        precondition(read.modelName == request.modelName && read.modelVersion == "1" && read.id == request.id)
        precondition(read.rawOutputContents.count == request.inputs.count)
        precondition(read.outputs.count == request.inputs.count)
        for (tensor, (output, data)) in zip(request.inputs, zip(read.outputs, read.rawOutputContents)) {
            precondition(output.name == tensor.name && output.datatype == tensor.dataType.protocolName)
            precondition(output.shape == tensor.shape.dimensions && data.elementsEqual(tensor.bytes.pointer))
        }
        precondition(read.parameters.count == request.parameters.entries.count)
        for entry in request.parameters.entries {
            let parameter = read.parameters[entry.name].map(InferParameter.init)
            precondition(parameter?.comparable == InferParameter(value: entry.value).comparable, entry.name)
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
