import InferenceTesting
import InferenceTypes
import ServingProtocol
import Testing

@testable import HTTPFrontend

@Suite struct InferRequestDecoderTests {
    static func decode(
        _ json: String, binary: [UInt8] = [], limits: InferRequestLimits = InferRequestLimits()
    ) throws(ServingError) -> (request: InferenceRequest, plan: InferResponsePlan) {
        let text = Array(json.utf8)
        return try InferRequestDecoder.decode(
            TensorBytes(copying: text + binary), headerLength: text.count, model: "m", version: 3, limits: limits)
    }

    private func failure(
        _ json: String, binary: [UInt8] = [], limits: InferRequestLimits = InferRequestLimits()
    ) -> String? {
        do throws(ServingError) {
            _ = try Self.decode(json, binary: binary, limits: limits)
            return nil
        } catch {
            return "\(error.code): \(error.message)"
        }
    }

    private func bytes(_ tensor: Tensor) -> [UInt8] { tensor.bytes.withUnsafeBytes(Array.init) }

    private let input = #"{"name":"X","shape":[1],"datatype":"UINT8","data":[7]}"#

    @Test func membersMayComeInAnyOrder() throws {
        let (request, plan) = try Self.decode(
            #"{"outputs":[{"parameters":{"classification":3,"binary_data":true},"name":"Y"}],"parameters":{"priority":2},"#
                + #""inputs":[{"data":[[1],[2]],"parameters":{},"datatype":"INT16","shape":[2,1],"name":"X","extra":{"name":"Z"}}],"id":"a"}"#
        )
        #expect(request.modelName == "m")
        #expect(request.modelVersion == 3)
        #expect(request.id == "a")
        #expect(request.priority == 2)
        #expect(request.inputs[0].name == "X")
        #expect(request.inputs[0].shape == [2, 1])
        #expect(bytes(request.inputs[0]) == [1, 0, 2, 0])
        #expect(request.requestedOutputs == ["Y"])
        #expect(plan.outputs.list.map(\.name) == ["Y"] && plan.outputs["Y"]?.classCount == 3)
        #expect(plan.encoding(of: "Y") == .binary)
        #expect(plan.encoding(of: "other") == .json)
    }

    @Test func parametersOfTheServerAreTakenOut() throws {
        let (request, plan) = try Self.decode(
            #"{"parameters":{"sequence_id":18446744073709551615,"sequence_start":true,"sequence_end":false,"timeout":5,"#
                + #""binary_data_output":true,"s":"x","i":-3,"b":true,"d":1.5,"big":9223372036854775808,"i":4},"inputs":[]}"#
        )
        #expect(request.correlationID == .unsigned(.max))
        #expect(request.sequenceStart && !request.sequenceEnd)
        #expect(request.timeoutMicroseconds == 5)
        #expect(plan.defaultEncoding == .binary)
        #expect(
            request.parameters == [
                "s": .string("x"), "i": .int64(-3), "b": .bool(true), "d": .double(1.5), "big": .double(0x1p63),
            ])
        let (named, _) = try Self.decode(#"{"parameters":{"sequence_id":"abc"},"inputs":[]}"#)
        #expect(named.correlationID == .string("abc"))
    }

    @Test func listedOutputsIgnoreTheDefaultEncoding() throws {
        let (_, plan) = try Self.decode(
            #"{"parameters":{"binary_data_output":true},"inputs":[],"outputs":[{"name":"A"},{"name":"A","parameters":{"binary_data":true}}]}"#
        )
        #expect(plan.encoding(of: "A") == .json)
        #expect(plan.encoding(of: "B") == .binary)
    }

    @Test func binaryTensorsAreSlicesOfTheBody() throws {
        let json =
            #"{"inputs":[{"name":"A","shape":[2],"datatype":"UINT8","parameters":{"binary_data_size":2}},\#(input),"#
            + #"{"name":"B","shape":[0],"datatype":"FP32","parameters":{"binary_data_size":0}},"#
            + #"{"name":"C","shape":[1],"datatype":"FP16","parameters":{"binary_data_size":2}}]}"#
        let text = Array(json.utf8)
        let body = TensorBytes(copying: text + [1, 2, 3, 4])
        let (request, _) = try InferRequestDecoder.decode(body, headerLength: text.count, model: "m", version: nil)
        #expect(request.inputs.map(\.name) == ["A", "X", "B", "C"])
        #expect(request.inputs[0].bytes.pointer.baseAddress == body.pointer.baseAddress.map { $0 + text.count })
        #expect(bytes(request.inputs[2]) == [])
        #expect(request.inputs[3].bytes.pointer.baseAddress == body.pointer.baseAddress.map { $0 + text.count + 2 })
    }

    @Test func aBodyWithoutJSONIsARawInput() throws {
        let body = TensorBytes(copying: [1, 2, 3])
        let (request, plan) = try InferRequestDecoder.decode(body, headerLength: 0, model: "m", version: 1)
        #expect(request.isRawInput)
        #expect(request.inputs[0].bytes.pointer.baseAddress == body.pointer.baseAddress)
        #expect(plan.defaultEncoding == .binary)
        var limits = InferRequestLimits()
        limits.maximumInputBytes = 2
        let error = #expect(throws: ServingError.self) {
            try InferRequestDecoder.decode(body, headerLength: 0, model: "m", version: 1, limits: limits)
        }
        #expect(
            error?.message
                == "Raw input has a byte_size (3 bytes) that exceeds the maximum allowed value of 2 bytes. Use --http-max-input-size to increase the limit."
        )
    }

    @Test func syntaxErrorsComeBeforeAllOthers() {
        #expect(
            failure(#"{"id":5,"inputs":"x""#)
                == "internal: failed to parse the request JSON buffer: Missing a comma or '}' after an object member. at 20"
        )
        #expect(
            failure(#"{"inputs":[1]} x"#)
                == "internal: failed to parse the request JSON buffer: The document root must not be followed by other values. at 15"
        )
    }

    @Test func theFirstErrorInTritonsOrderWins() {
        // The id, then parameters, then inputs, then what is left of the body, then outputs.
        let wrongOutputs = #","outputs":5"#
        let wrongInputs = #","inputs":5"#
        let wrongParameters = #","parameters":5"#
        let id = "internal: Unable to parse 'id': attempt to access JSON non-string as string"
        let parameters = "internal: failed to get request params.: attempt to get members for non-object"
        let inputs = "internal: Unable to parse 'inputs': attempt to access JSON non-array as array"
        let outputs = "internal: Unable to parse 'outputs': attempt to access JSON non-array as array"
        #expect(failure(#"{"id":5\#(wrongOutputs)\#(wrongInputs)\#(wrongParameters)}"#, binary: [0]) == id)
        #expect(failure(#"{"id":"5"\#(wrongOutputs)\#(wrongInputs)\#(wrongParameters)}"#, binary: [0]) == parameters)
        #expect(failure(#"{"id":"5"\#(wrongOutputs)\#(wrongInputs)}"#, binary: [0]) == inputs)
        #expect(
            failure(#"{"id":"5"\#(wrongOutputs),"inputs":[]}"#, binary: [0])
                == "invalidArgument: unexpected additional input data for model 'm'")
        #expect(failure(#"{"id":"5"\#(wrongOutputs),"inputs":[]}"#) == outputs)
    }

    @Test(arguments: [
        (#""data":[1],"parameters":{"binary_data_size":1}"#, "set 'data' 'binary_data_size'"),
        (
            #""parameters":{"binary_data_size":1,"shared_memory_region":"r"}"#,
            "set 'binary_data_size' 'shared_memory_region'"
        ),
        (
            #""data":[1],"parameters":{"shared_memory_region":"r","binary_data_size":1}"#,
            "set 'data' 'binary_data_size' 'shared_memory_region'"
        ),
        (#""data":[1],"parameters":{"shared_memory_region":"r"}"#, "set 'data' 'shared_memory_region'"),
        (#""parameters":[]"#, "no field is set"),
    ])
    func anInputHasOneSource(members: String, told: String) {
        #expect(
            failure(#"{"inputs":[{"name":"X","shape":[1],"datatype":"UINT8",\#(members)}]}"#)
                == "invalidArgument: Input must set only one of the following fields: 'data', 'binary_data_size' in 'parameters', "
                + "'shared_memory_region' in 'parameters'. But \(told)")
    }

    @Test(arguments: [
        (
            #"{"inputs":[{"name":"X","shape":[1],"datatype":"UINT8","data":[7]},{"name":"X","shape":[1],"datatype":"UINT8","data":[7]}]}"#,
            "invalidArgument: [request id: <id_unknown>] input 'X' already exists in request"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":18446744073709551615}}]}"#,
            "invalidArgument: unexpected size for input 'X', expecting 18446744073709551615 additional bytes for model 'm'"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":-1}}]}"#,
            "internal: Unable to parse 'binary_data_size': attempt to access JSON non-unsigned-integer as unsigned-integer"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[1],"datatype":"FP32","parameters":{"shared_memory_region":"r"}}]}"#,
            "unsupported: Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable."
        ),
        (
            #"{"inputs":[{"name":"X","shape":[1],"datatype":"FP32","parameters":{"shared_memory_region":5}}]}"#,
            "internal: Unable to parse 'shared_memory_region': attempt to access JSON non-string as string"
        ),
        (
            #"{"inputs":[{"name":"X","datatype":"FP32","data":[1]}]}"#,
            "internal: Unable to parse 'shape': attempt to access non-existing object member 'shape'"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[1.0],"datatype":"FP32","data":[1]}]}"#,
            "internal: Unable to parse 'shape': attempt to access JSON non-unsigned-integer as unsigned-integer"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[[1]],"datatype":"FP32","data":[1]}]}"#,
            "internal: Unable to parse 'shape': attempt to access JSON non-unsigned-integer as unsigned-integer"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[9223372036854775808],"datatype":"FP32","data":[1]}]}"#,
            "invalidArgument: invalid shape for input 'X': dimension 9223372036854775808 exceeds the maximum of 9223372036854775807"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[1,4611686018427387904],"datatype":"FP32","data":[1]}]}"#,
            "invalidArgument: byte size overflow for input 'X': element count (4611686018427387904) * data type size (4) exceeds maximum allowed size (9223372036854775807)"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[4611686018427387904,4],"datatype":"FP32","data":[1]}]}"#,
            "invalidArgument: invalid shape for input 'X': shape [4611686018427387904,4] causes total element count to exceed maximum size of 9223372036854775807"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[16777217],"datatype":"FP32","data":[1]}]}"#,
            "invalidArgument: JSON input 'X' has a byte_size (67108868 bytes) that exceeds the maximum allowed value of 67108864 bytes. Use --http-max-input-size to increase the limit."
        ),
        (
            #"{"inputs":[{"name":"X","shape":[16777216],"datatype":"FP32","data":[1]}]}"#,
            "internal: Unable to parse 'data': Shape does not match true shape of 'data' field"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[1],"datatype":"FP16","data":[1]}]}"#,
            "invalidArgument: receiving FP16 data via JSON is not supported. Please use the binary data format for input X"
        ),
        (
            #"{"inputs":[{"name":"X","shape":[1],"datatype":"BF16","data":[1]}]}"#,
            "invalidArgument: receiving BF16 data via JSON is not supported. Please use the binary data format for input X"
        ),
        (
            #"{"inputs":[],"parameters":{"p":[1]}}"#,
            "invalidArgument: parameter 'p' has invalid type. It should be either 'int', 'bool', or 'string'."
        ),
        (
            #"{"inputs":[],"parameters":{"p":null}}"#,
            "invalidArgument: parameter 'p' has invalid type. It should be either 'int', 'bool', or 'string'."
        ),
        (
            #"{"inputs":[],"outputs":[{"name":"Y","parameters":{"shared_memory_region":"r","classification":1}}]}"#,
            "invalidArgument: Output can't set both 'shared_memory_region' and 'classification'"
        ),
        (
            #"{"inputs":[],"outputs":[{"name":"Y","parameters":{"shared_memory_region":"r","binary_data":true}}]}"#,
            "invalidArgument: Output can't set both 'shared_memory_region' and 'binary_data'"
        ),
        (
            #"{"inputs":[],"outputs":[{"name":"Y","parameters":{"shared_memory_region":"r","binary_data":1}}]}"#,
            "internal: Unable to set 'binary_data': attempt to access JSON non-boolean as boolean"
        ),
        (
            #"{"inputs":[],"outputs":[{"name":"Y","parameters":{"shared_memory_region":"r"}}]}"#,
            "unsupported: Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable."
        ),
    ])
    func rejected(json: String, told: String) {
        #expect(failure(json) == told)
    }

    @Test func whatOneRequestMayTakeIsLimited() {
        var limits = InferRequestLimits()
        limits.request.maximumTensors = 2
        limits.request.maximumRank = 2
        limits.request.maximumParameters = 2
        let inputs = (0..<3).map { #"{"name":"\#($0)","shape":[1],"datatype":"UINT8","data":[7]}"# }.joined(
            separator: ",")
        #expect(
            failure(#"{"inputs":[\#(inputs)]}"#, limits: limits)
                == "invalidArgument: request has 3 inputs, which exceeds the maximum of 2")
        #expect(
            failure(#"{"inputs":[],"outputs":[{"name":"A"},{"name":"B"},{"name":"C"}]}"#, limits: limits)
                == "invalidArgument: request has more than 2 outputs")
        #expect(
            failure(#"{"inputs":[{"name":"X","shape":[1,1,1],"datatype":"UINT8","data":[7]}]}"#, limits: limits)
                == "invalidArgument: invalid shape for input 'X': it has more than 2 dimensions")
        #expect(
            failure(#"{"inputs":[],"parameters":{"a":1,"b":2,"c":3}}"#, limits: limits)
                == "invalidArgument: request has more than 2 parameters")
        limits.maximumInputBytes = 20
        #expect(
            failure(#"{"inputs":[],"parameters":{}}"#, limits: limits)
                == "invalidArgument: request JSON size of 29 bytes exceeds the maximum allowed input size of 20 bytes. Use --http-max-input-size to increase the limit."
        )
    }

    @Test func damagedRequestsNeverTrap() {
        let seed = Array(
            (#"{"id":"a\u00e9","parameters":{"sequence_id":5,"p":1.5},"inputs":[{"name":"A","shape":[2,1],"datatype":"FP32","data":[[1.5],[-2e3]]},"#
                + #"{"name":"B","shape":[2],"datatype":"BYTES","data":["x\n","\ud83d\ude00"]},"#
                + #"{"name":"C","shape":[1],"datatype":"INT8","parameters":{"binary_data_size":1}}],"#
                + #""outputs":[{"name":"Y","parameters":{"binary_data":true,"classification":2}}]}"#).utf8)
        let alphabet = Array("{}[]\",:\\u0d8eE+-.19NInfABFP \0".utf8) + [0xFF]
        var generator = SeededGenerator(seed: 5)
        var accepted = 0
        for _ in 0..<2000 {
            var text = seed
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let position = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text.remove(at: position)
                case 1: text.insert(alphabet.randomElement(using: &generator) ?? 0, at: position)
                default: text[position] = alphabet.randomElement(using: &generator) ?? 0
                }
            }
            let length = Int.random(in: 0..<20, using: &generator) == 0 ? text.count / 2 : text.count
            do throws(ServingError) {
                let (request, _) = try InferRequestDecoder.decode(
                    TensorBytes(copying: text + [9]), headerLength: length, model: "m", version: 1)
                accepted += 1
                #expect(request.inputs.allSatisfy { $0.bytes.count <= text.count * 4 })
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
        #expect(accepted > 100, "the damage is so great that nothing behind the parser is reached")
    }
}
