import InferenceTypes
import ModelConfiguration
import ServingProtocol
import Testing

@testable import HTTPFrontend

@Suite struct GenerateCodecTests {
    private static func input(_ name: String, _ type: DataType, _ dims: Shape) -> ModelInput {
        var input = ModelInput()
        input.name = name
        input.dataType = type
        input.dims = dims
        return input
    }

    private static func decode(
        _ json: String, _ inputs: [ModelInput], maxBatchSize: Int32 = 0,
        limits: InferRequestLimits = InferRequestLimits()
    ) throws(ServingError) -> InferenceRequest {
        var configuration = ModelConfig()
        configuration.name = "m"
        configuration.inputs = inputs
        configuration.maxBatchSize = maxBatchSize
        return try GenerateRequestDecoder.decode(
            TensorBytes(copying: Array(json.utf8)), configuration: configuration, version: 2, limits: limits)
    }

    private func failure(_ json: String, _ inputs: [ModelInput] = [input("T", .bytes, [1])]) -> String {
        do throws(ServingError) {
            _ = try Self.decode(json, inputs)
            return "no error"
        } catch {
            return "\(error.code): \(error.message)"
        }
    }

    @Test func inputsBecomeTensorsAndAllElseParameters() throws {
        let request = try Self.decode(
            #"{"id":"g","T":"hi","x":0.5,"parameters":{"N":7,"y":true},"stop":"é","i":-1}"#,
            [Self.input("T", .bytes, [1]), Self.input("N", .int32, [1])])
        #expect(request.id == "g" && request.modelName == "m" && request.modelVersion == 2)
        #expect(request.inputs.map(\.name) == ["T", "N"])
        #expect(request.inputs[0].bytes.withUnsafeBytes(Array.init) == [2, 0, 0, 0] + Array("hi".utf8))
        #expect(request.inputs[1].bytes.withUnsafeBytes(Array.init) == [7, 0, 0, 0])
        #expect(
            request.parameters == [
                "id": .string("g"), "x": .double(0.5), "y": .bool(true), "stop": .string("é"), "i": .int64(-1),
            ])
    }

    @Test(
        arguments: [
            ("7", [1], 0, [1]),
            ("[1,2,3,4]", [-1], 0, [4]),
            ("[1,2,3,4]", [2, -1], 0, [2, 2]),
            ("[1,2,3,4]", [-1, 2, -1], 0, [1, 2, 2]),
            ("[1,2,3,4]", [2], 8, [2, 2]),
            ("[1,2,3,4]", [-1], 8, [1, 4]),
            ("[]", [-1], 0, [0]),
        ] as [(String, [Int64], Int32, [Int64])])
    func shapesFollowFromTheNumberOfElements(
        data: String, dims: [Int64], maxBatchSize: Int32, expected: [Int64]
    ) throws {
        let request = try Self.decode(
            "{\"X\":\(data)}", [Self.input("X", .uint8, Shape(dims))], maxBatchSize: maxBatchSize)
        #expect(request.inputs[0].shape.dimensions == expected)
        #expect(request.inputs[0].bytes.count == request.inputs[0].shape.elementCount)
    }

    @Test func whatCannotBeConvertedIsRefused() {
        let numbers = [Self.input("X", .int32, [3])]
        let shape = "invalidArgument: The schema can not convert input 'X' to tensor with proper shape"
        #expect(failure(#"{"X":[1,2]}"#, numbers) == shape)
        #expect(failure(#"{"X":[1,2,3,4,5,6]}"#, numbers) == shape)
        #expect(failure(#"{"X":[]}"#, numbers) == shape)
        #expect(
            failure(#"{"X":[1,"2",3]}"#, numbers)
                == "internal: Unable to parse 'data': attempt to access JSON non-signed-integer as signed-integer")
        #expect(failure(#"{"X":[[1,2],3,4]}"#, numbers).hasPrefix("internal: Unable to parse 'data': Shape"))
        #expect(failure("") == "internal: failed to parse the request JSON buffer: The document is empty. at 0")
        #expect(failure("[]") == "internal: attempt to get members for non-object")
        #expect(failure("{\"T\":\"x\"").hasPrefix("internal: failed to parse the request JSON buffer: "))
        #expect(failure("{} 1").hasPrefix("internal: failed to parse the request JSON buffer: "))
        #expect(
            failure(#"{"T":{"a":1}}"#)
                == "internal: Unable to parse JSON bytes array: attempt to access JSON non-string as string")
        #expect(
            failure(#"{"x":[1]}"#)
                == "invalidArgument: parameter 'x' has invalid type. It should be either 'int', 'bool', or 'string'.")
        #expect(
            failure(#"{"parameters":1}"#)
                == "internal: Expected JSON object for keyword: 'parameters': attempt to access JSON non-object as object"
        )
        #expect(
            failure(#"{"parameters":{"x":null}}"#).hasPrefix(
                "invalidArgument: Converting keyword: 'parameters': parameter"))
        #expect(
            failure("{}", [Self.input("parameters", .bytes, [1])]) == "no error")
        #expect(
            failure(#"{"parameters":{}}"#, [Self.input("parameters", .bytes, [1])])
                == "invalidArgument: Keyword 'parameters' for nested schema also given as input tensor name")
        #expect(
            failure(#"{"T":"a","parameters":{"T":"b"}}"#)
                == "invalidArgument: Converting keyword: 'parameters': [request id: <id_unknown>] input 'T' already exists in request"
        )
    }

    @Test func requestsAreLimited() {
        var limits = InferRequestLimits()
        limits.maximumInputBytes = 40
        limits.request.maximumParameters = 2
        #expect(throws: ServingError.self) {
            try Self.decode("{\"T\":\"\(String(repeating: "x", count: 40))\"}", [], limits: limits)
        }
        #expect(throws: ServingError(.invalidArgument, "request has more than 2 parameters")) {
            try Self.decode(#"{"a":1,"b":2,"c":3}"#, [], limits: limits)
        }
    }

    @Test func responsesAreSortedAndFlat() throws {
        let numbers = Tensor(name: "Z", dataType: .int8, shape: [1, 2], bytes: TensorBytes(copying: [1, 255]))
        let text = Tensor(name: "a", dataType: .bytes, shape: [1], bytes: TensorBytes(copying: [1, 0, 0, 0, 34]))
        let shadowed = Tensor(name: "id", dataType: .int8, shape: [1], bytes: TensorBytes(copying: [1]))
        let empty = Tensor(name: "none", dataType: .int8, shape: [0], bytes: .empty)
        let response = InferenceResponse(
            modelName: "m", modelVersion: 3, id: "g\n", parameters: ["p": .double(1.5), "Z2": .bool(true)],
            outputs: [numbers, text, shadowed, empty])
        #expect(
            String(decoding: try GenerateResponseEncoder.encode(response), as: UTF8.self)
                == #"{"Z":[1,-1],"Z2":true,"a":"\"","id":"g\n","model_name":"m","model_version":"3","none":[],"p":1.5}"#
        )
    }

    @Test func halfPrecisionHasNoJSONForm() {
        let tensor = Tensor(name: "Y", dataType: .fp16, shape: [1], bytes: TensorBytes(copying: [0, 0]))
        let response = InferenceResponse(modelName: "m", modelVersion: 3, id: "", outputs: [tensor])
        #expect(throws: ServingError.self) { try GenerateResponseEncoder.encode(response) }
    }
}
