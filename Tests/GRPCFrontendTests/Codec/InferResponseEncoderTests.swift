import Foundation
import InferenceProtos
import InferenceTesting
import InferenceTypes
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

@Suite struct InferResponseEncoderTests {
    private func bytes(_ message: GRPCMessage) -> [UInt8] {
        let bytes = message.parts.reduce(message.head) { $0 + Array($1.pointer) }
        #expect(bytes.count == message.byteCount)
        return bytes
    }

    private func random(_ generator: inout SeededGenerator) -> InferResponseMessage {
        func number(below bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
        let texts = ["", "a", "größe", String(repeating: "long ", count: 60)]
        func text() -> String { texts[number(below: texts.count)] }
        var response = InferResponseMessage()
        response.modelName = text()
        response.modelVersion = text()
        response.id = text()
        for index in 0..<number(below: 6) {
            let value: ParameterValue
            switch number(below: 5) {
            case 0: value = .bool(number(below: 2) == 0)
            case 1: value = .int64(Int64(bitPattern: generator.next()) >> Int64(number(below: 64)))
            case 2: value = .uint64(generator.next() >> UInt64(number(below: 64)))
            case 3: value = .double(Double(number(below: 1000)) / 8)
            default: value = .string(text())
            }
            response.parameters[index == 0 ? "" : "p\(index)"] = value
        }
        for index in 0..<number(below: 6) {
            let count = [0, 1, 127, 128, 4096, 4097, 5000, 70_000][number(below: 8)]
            let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ index) }
            let dimensions = (0..<number(below: 5)).map { _ in
                Int64(bitPattern: generator.next()) >> Int64(number(below: 64))
            }
            let type = DataType.allCases[1 + number(below: DataType.allCases.count - 1)]
            response.outputs.append(
                Tensor(name: text(), dataType: type, shape: Shape(dimensions), bytes: TensorBytes(copying: data)))
        }
        return response
    }

    private func expect(_ message: Inference_ModelInferResponse, _ response: InferResponseMessage, _ note: String) {
        #expect(message.modelName == response.modelName, "\(note)")
        #expect(message.modelVersion == response.modelVersion, "\(note)")
        #expect(message.id == response.id, "\(note)")
        let parameters = Dictionary(
            uniqueKeysWithValues: response.parameters.entries.map { ($0.name, InferParameter(value: $0.value)) })
        #expect(message.parameters.mapValues(InferParameter.init) == parameters, "\(note)")
        #expect(message.outputs.map(\.name) == response.outputs.map(\.name), "\(note)")
        #expect(message.outputs.map(\.datatype) == response.outputs.map(\.dataType.protocolName), "\(note)")
        #expect(message.outputs.map(\.shape) == response.outputs.map(\.shape.dimensions), "\(note)")
        #expect(
            message.rawOutputContents.map(Array.init) == response.outputs.map { Array($0.bytes.pointer) }, "\(note)")
        #expect(message.unknownFields.data.isEmpty, "\(note)")
    }

    @Test func swiftProtobufReadsWhatIsWritten() throws {
        var generator = SeededGenerator(seed: 1)
        for number in 0..<1000 {
            let response = random(&generator)
            let encoded = bytes(InferResponseEncoder.encode(response))
            expect(try Inference_ModelInferResponse(serializedBytes: encoded), response, "response \(number)")
            #expect(response.size == encoded.count)
        }
    }

    @Test func swiftProtobufReadsWhatIsStreamed() throws {
        var generator = SeededGenerator(seed: 2)
        for number in 0..<1000 {
            let response = random(&generator)
            let error = number.isMultiple(of: 2) ? "" : "error \(number)"
            let encoded = bytes(InferResponseEncoder.encodeStreamed(response, error: error))
            let message = try Inference_ModelStreamInferResponse(serializedBytes: encoded)
            #expect(message.errorMessage == error && message.hasInferResponse)
            expect(message.inferResponse, response, "response \(number)")
        }
    }

    @Test func bytesAreThoseThatSwiftProtobufWrites() throws {
        var response = InferResponseMessage()
        response.modelName = "m"
        response.modelVersion = "1"
        response.parameters = ["triton_final_response": .bool(false)]
        response.outputs = [
            Tensor(name: "OUT", dataType: .int32, shape: [1, 300], bytes: TensorBytes(copying: [1, 2, 3, 4])),
            Tensor(name: "B", dataType: .bytes, shape: [], bytes: .empty),
        ]
        let message = try Inference_ModelInferResponse(serializedBytes: bytes(InferResponseEncoder.encode(response)))
        #expect(try message.serializedBytes() == bytes(InferResponseEncoder.encode(response)))
    }

    @Test func largeTensorsAreHandedOnUncopied() {
        let large = TensorBytes(copying: [UInt8](repeating: 1, count: 5000))
        let small = TensorBytes(copying: [UInt8](repeating: 2, count: 16))
        var response = InferResponseMessage()
        response.outputs = [small, large, small, large, small].map {
            Tensor(name: "x", dataType: .uint8, shape: [1], bytes: $0)
        }
        let message = InferResponseEncoder.encode(response)
        let addresses = message.parts.map(\.pointer.baseAddress)
        #expect(addresses.count == 4)
        #expect(addresses[0] == large.pointer.baseAddress && addresses[2] == large.pointer.baseAddress)
        response.outputs.removeLast(4)
        #expect(InferResponseEncoder.encode(response).parts.isEmpty)
    }
}
