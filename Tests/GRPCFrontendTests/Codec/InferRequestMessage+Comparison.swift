import InferenceProtos
import InferenceTypes
import ServingProtocol

@testable import GRPCFrontend

extension InferRequestMessage {
    /// The first difference to what swift-protobuf has read from the same bytes; `nil` when there is none.
    func difference(from other: Inference_ModelInferRequest, bytes: [UInt8]) -> String? {
        guard modelName == other.modelName, modelVersion == other.modelVersion, id == other.id else { return "names" }
        let merged = Dictionary(parameters.map { ($0.name, $0.parameter) }) { _, last in last }
        guard merged.mapValues(\.comparable) == other.parameters.mapValues({ InferParameter($0).comparable }) else {
            return "parameters"
        }
        guard rawInputs.map({ Array(bytes[$0]) }) == other.rawInputContents.map(Array.init) else { return "raw inputs" }
        guard outputs.count == other.outputs.count, outputCount == outputs.count else { return "number of outputs" }
        for (output, other) in zip(outputs, other.outputs) {
            guard output.name == other.name,
                output.parameters.comparable == TensorParameters(other.parameters).comparable
            else {
                return "output \(other.name)"
            }
        }
        guard inputs.count == other.inputs.count, inputCount == inputs.count else { return "number of inputs" }
        for (input, other) in zip(inputs, other.inputs) {
            if let difference = input.difference(from: other, bytes: bytes) { return "\(difference) of \(other.name)" }
        }
        return nil
    }
}

extension InferRequestMessage.Input {
    func difference(from other: Inference_ModelInferRequest.InferInputTensor, bytes: [UInt8]) -> String? {
        guard name == other.name else { return "name" }
        guard dataType == DataType(protocolName: other.datatype) ?? .invalid else { return "datatype" }
        guard dimensions == other.shape, rank == dimensions.count else { return "shape" }
        guard parameters.comparable == TensorParameters(other.parameters).comparable else { return "parameters" }
        guard let contents else { return other.hasContents ? "contents" : nil }
        guard other.hasContents else { return "contents" }
        let expected = other.contents
        let kinds: [(TensorContents.Field, DataType, [UInt8])] = [
            (.bools, .bool, expected.boolContents.map { $0 ? 1 : 0 }),
            (.ints, .int32, Self.bytes(expected.intContents)), (.int64s, .int64, Self.bytes(expected.int64Contents)),
            (.ints, .int8, Self.bytes(expected.intContents.map { Int8(truncatingIfNeeded: $0) })),
            (.uints, .uint32, Self.bytes(expected.uintContents)),
            (.uints, .uint16, Self.bytes(expected.uintContents.map { UInt16(truncatingIfNeeded: $0) })),
            (.uint64s, .uint64, Self.bytes(expected.uint64Contents)),
            (.floats, .fp32, Self.bytes(expected.fp32Contents.map(\.bitPattern))),
            (.doubles, .fp64, Self.bytes(expected.fp64Contents.map(\.bitPattern))),
            (.strings, .bytes, expected.bytesContents.flatMap { Self.bytes([UInt32($0.count)]) + $0 }),
        ]
        for (field, type, expected) in kinds {
            let given = bytes.withUnsafeBytes { memory in
                try? contents.elements(field, as: type, ofInput: ProtobufReader(memory, range))
            }
            guard let given, Array(given.pointer) == expected else { return "\(field) as \(type)" }
        }
        return nil
    }

    private static func bytes<Element: BitwiseCopyable>(_ elements: [Element]) -> [UInt8] {
        elements.withUnsafeBytes { Array($0) }
    }
}

extension InferParameter {
    init(_ parameter: Inference_InferParameter) {
        self.init()
        switch parameter.parameterChoice {
        case .boolParam(let value)?: self.value = .bool(value)
        case .int64Param(let value)?: self.value = .int64(value)
        case .stringParam(let value)?: self.value = .string(value)
        case .doubleParam(let value)?: self.value = .double(value)
        case .uint64Param(let value)?: self.value = .uint64(value)
        case nil: break
        }
    }
}

extension InferParameter {
    /// With something equal to itself in place of a number that is none.
    var comparable: InferParameter {
        guard case .double(let number)? = value, number.isNaN else { return self }
        return InferParameter(value: .string("NaN \(number.bitPattern)"))
    }
}

extension TensorParameters {
    var comparable: [InferParameter?] {
        [sharedMemoryRegion, sharedMemoryOffset, sharedMemoryByteSize, classification].map { $0?.comparable }
    }

    init(_ parameters: [String: Inference_InferParameter]) {
        self.init()
        sharedMemoryRegion = parameters["shared_memory_region"].map(InferParameter.init)
        sharedMemoryOffset = parameters["shared_memory_offset"].map(InferParameter.init)
        sharedMemoryByteSize = parameters["shared_memory_byte_size"].map(InferParameter.init)
        classification = parameters["classification"].map(InferParameter.init)
    }
}
