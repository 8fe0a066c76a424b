import InferenceTypes
import ServingProtocol
import Testing

@testable import HTTPFrontend

@Suite struct InferResponseEncoderTests {
    private func encode(
        _ outputs: [Tensor], id: String = "", parameters: Parameters = [:],
        plan: InferResponsePlan = InferResponsePlan()
    ) throws(ServingError) -> InferResponseEncoder.Encoded {
        var response = InferenceResponse(
            modelName: "m", modelVersion: 12, id: id, parameters: parameters, outputs: outputs)
        try plan.outputs.prepare(&response, batches: false) { _, _ in nil }
        return try InferResponseEncoder.encode(response, plan)
    }

    @Test func membersHaveTritonsOrder() throws {
        let tensor = Tensor(name: "Y", dataType: .bool, shape: [1, 2], bytes: TensorBytes(copying: [2, 0]))
        let encoded = try encode(
            [tensor], id: "r\"1",
            parameters: ["s": .string("x"), "i": .int64(-1), "u": .uint64(.max), "b": .bool(false), "d": .double(2)])
        #expect(
            String(decoding: encoded.header, as: UTF8.self)
                == #"{"id":"r\"1","model_name":"m","model_version":"12","parameters":{"s":"x","i":-1,"u":18446744073709551615,"b":false,"d":2.0},"#
                + #""outputs":[{"name":"Y","datatype":"BOOL","shape":[1,2],"data":[true,false]}]}"#)
        #expect(encoded.tensors.isEmpty)
    }

    @Test func binaryOutputsKeepTheirMemory() throws {
        let bytes = TensorBytes(copying: [1, 2])
        var plan = InferResponsePlan()
        plan.defaultEncoding = .binary
        plan.append(RequestedOutput(name: "C"), .json)
        let encoded = try encode(
            [
                Tensor(name: "A", dataType: .fp16, shape: [1], bytes: bytes),
                Tensor(name: "B", dataType: .fp16, shape: [0], bytes: .empty),
                Tensor(name: "C", dataType: .uint8, shape: [2], bytes: bytes),
            ], plan: plan)
        #expect(
            String(decoding: encoded.header, as: UTF8.self)
                == #"{"model_name":"m","model_version":"12","outputs":[{"name":"A","datatype":"FP16","shape":[1],"parameters":{"binary_data_size":2}},"#
                + #"{"name":"B","datatype":"FP16","shape":[0],"parameters":{"binary_data_size":0}},"#
                + #"{"name":"C","datatype":"UINT8","shape":[2],"data":[1,2]}]}"#)
        #expect(encoded.tensors.map(\.pointer.baseAddress) == [bytes.pointer.baseAddress])
    }

    @Test func classesMayBeBinary() throws {
        var plan = InferResponsePlan()
        plan.append(RequestedOutput(name: "Y", classCount: 1), .binary)
        let tensor = Tensor(name: "Y", dataType: .uint8, shape: [2], bytes: TensorBytes(copying: [3, 9]))
        let encoded = try encode([tensor], plan: plan)
        #expect(
            String(decoding: encoded.header, as: UTF8.self)
                == #"{"model_name":"m","model_version":"12","outputs":[{"name":"Y","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":7}}]}"#
        )
        #expect(encoded.tensors.first?.withUnsafeBytes(Array.init) == [3, 0, 0, 0] + Array("9:1".utf8))
    }

    @Test(arguments: [DataType.fp16, .bf16])
    func halfPrecisionNeedsTheBinaryFormat(type: DataType) {
        let tensor = Tensor(name: "Y", dataType: type, shape: [1], bytes: TensorBytes(copying: [0, 0]))
        let error = #expect(throws: ServingError.self) { try encode([tensor]) }
        #expect(
            error
                == ServingError(
                    .invalidArgument,
                    "sending \(type.protocolName) data via JSON is not supported. Please use the binary data format for output"
                ))
    }
}
