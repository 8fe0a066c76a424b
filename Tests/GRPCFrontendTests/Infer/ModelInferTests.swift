import Foundation
import InferenceProtos
import InferenceTypes
import ServingProtocol
import SwiftProtobuf
import Synchronization
import Testing

@testable import GRPCFrontend

@Suite struct ModelInferTests {
    private static func echo(_ name: String = "echo") -> ScriptedServable {
        ScriptedServable(name) { request, responder in
            let outputs = request.inputs.map { input in
                var output = input
                output.name = "OUT" + input.name.dropFirst(2)
                return output
            }
            responder.send(
                .final(InferenceResponse(modelName: name, modelVersion: 1, id: request.id, outputs: outputs)))
        }
    }

    private func methods(_ servables: ScriptedServable..., limits: InferCallLimits = InferCallLimits()) -> InferMethods
    {
        let models = servables.isEmpty ? [Self.echo()] : servables
        return InferMethods(service: ModelSetService(models), limits: limits)
    }

    /// What the model gets to see of a request.
    private func seen(_ request: Inference_ModelInferRequest) async throws -> InferenceRequest {
        let servable = ScriptedServable("m")
        let seen = Mutex<InferenceRequest?>(nil)
        let model = ScriptedServable("m") { request, responder in
            seen.withLock { $0 = request }
            responder.send(.final(servable.response(request.id)))
        }
        var request = request
        request.modelName = "m"
        let call = try await methods(model).infer(request)
        #expect(call.status == .ok)
        return try #require(seen.withLock { $0 })
    }

    private func refusal(_ change: (inout Inference_ModelInferRequest) -> Void) async throws -> String {
        var request = Inference_ModelInferRequest("echo")
        change(&request)
        let call = try await methods().infer(request)
        #expect(call.status?.code == .invalidArgument && call.messages.isEmpty)
        return call.status?.message ?? ""
    }

    @Test func aRequestIsAnsweredWithOneMessage() async throws {
        let call = try await methods().infer(Inference_ModelInferRequest("echo", id: "7", [1, 2, 3]))
        #expect(call.status == .ok && call.messages.count == 1)
        let response = try Inference_ModelInferResponse(serializedBytes: call.messages[0])
        #expect(response.modelName == "echo" && response.modelVersion == "1" && response.id == "7")
        #expect(response.outputs.map(\.name) == ["OUTPUT0"] && response.outputs.map(\.datatype) == ["UINT8"])
        #expect(response.rawOutputContents == [Data([1, 2, 3])])
    }

    @Test func rawInputsAreSlicesOfTheMessage() async throws {
        let address = Mutex<Int>(0)
        let model = ScriptedServable("m") { request, responder in
            address.withLock { $0 = Int(bitPattern: request.inputs[0].bytes.pointer.baseAddress) }
            responder.send(.failed(ServingError(.internal, "seen")))
        }
        let bytes: [UInt8] = try Inference_ModelInferRequest("m", [UInt8](repeating: 0xAA, count: 100))
            .serializedBytes()
        let message = TensorBytes(copying: bytes)
        let call = InferCallProbe()
        ModelInfer(
            call: call, intake: InferIntake(service: ModelSetService(model), limits: InferCallLimits())
        ).received(message)
        let start = try #require(message.pointer.baseAddress)
        #expect(address.withLock { $0 } == Int(bitPattern: start) + bytes.count - 100)
        #expect(call.status == GRPCStatus(.internal, "seen"))
    }

    @Test func parametersOfTheServerAreTakenOut() async throws {
        var request = Inference_ModelInferRequest("m")
        request.parameters = [
            "sequence_id": .with { $0.int64Param = -1 }, "sequence_start": .with { $0.boolParam = true },
            "sequence_end": .with { $0.boolParam = true }, "priority": .with { $0.uint64Param = 9 },
            "timeout": .with { $0.int64Param = 5 }, "s": .with { $0.stringParam = "x" },
            "i": .with { $0.int64Param = -3 }, "b": .with { $0.boolParam = false },
            "d": .with { $0.doubleParam = 1.5 },
            "triton_enable_empty_final_response": .with { $0.boolParam = true },
        ]
        let seen = try await seen(request)
        #expect(seen.correlationID == .unsigned(.max) && seen.sequenceStart && seen.sequenceEnd)
        #expect(seen.priority == 9 && seen.timeoutMicroseconds == 5)
        #expect(
            Dictionary(uniqueKeysWithValues: seen.parameters.entries.map { ($0.name, $0.value) })
                == ["s": .string("x"), "i": .int64(-3), "b": .bool(false), "d": .double(1.5)])
        request.parameters = ["sequence_id": .with { $0.stringParam = "a" }, "priority": .with { $0.int64Param = 2 }]
        let other = try await self.seen(request)
        #expect(other.correlationID == .string("a") && other.priority == 2 && other.parameters.isEmpty)
    }

    @Test(arguments: [
        ("sequence_id", "invalid value type for 'sequence_id' parameter, expected int64_param or string_param."),
        ("sequence_start", "invalid value type for 'sequence_start' parameter, expected bool_param."),
        ("sequence_end", "invalid value type for 'sequence_end' parameter, expected bool_param."),
        ("priority", "invalid value type for 'priority' parameter, expected int64_param or uint64_param."),
        ("timeout", "invalid value type for 'timeout' parameter, expected int64_param."),
        (
            "triton_enable_empty_final_response",
            "invalid value type for 'triton_enable_empty_final_response' parameter, expected bool_param."
        ),
        (
            "triton_x",
            "parameter keys starting with 'triton_' are reserved for Triton usage. Only the following keys starting with 'triton_' are allowed: triton_enable_empty_final_response"
        ),
    ])
    func parametersOfAnotherTypeAreRefused(_ name: String, _ message: String) async throws {
        #expect(try await refusal { $0.parameters[name] = .with { $0.doubleParam = 1 } } == message)
        #expect(try await refusal { $0.parameters[name] = .init() } == message)
    }

    @Test func customParametersHaveFourTypes() async throws {
        let message = "invalid value type for 'x' parameter, expected int64_param, bool_param, or string_param."
        #expect(try await refusal { $0.parameters["x"] = .with { $0.uint64Param = 1 } } == message)
        #expect(try await refusal { $0.parameters["x"] = .init() } == message)
    }

    @Test func ofAParameterGivenTwiceTheLastCounts() async throws {
        let bytes: [UInt8] = try Inference_ModelInferRequest("m").serializedBytes()
        let seen = Mutex<Parameters?>(nil)
        let model = ScriptedServable("m") { request, responder in
            seen.withLock { $0 = request.parameters }
            responder.send(.failed(ServingError(.internal, "seen")))
        }
        // The first one, {"x": uint64 1}, would be refused.
        let entries: [UInt8] = [0x22, 7, 0x0A, 1, 0x78, 0x12, 2, 0x28, 1, 0x22, 7, 0x0A, 1, 0x78, 0x12, 2, 0x10, 5]
        _ = await InferMethods(service: ModelSetService(model)).infer(bytes + entries)
        #expect(seen.withLock { $0 } == ["x": .int64(5)])
    }

    @Test func typedContentsBecomeTensors() async throws {
        var request = Inference_ModelInferRequest()
        func add(_ type: String, _ fill: (inout Inference_InferTensorContents) -> Void) {
            request.inputs.append(
                .with {
                    $0.name = "IN\(request.inputs.count)"
                    $0.datatype = type
                    $0.shape = [2]
                    fill(&$0.contents)
                })
        }
        add("BOOL") { $0.boolContents = [true, false] }
        add("INT8") { $0.intContents = [-1, 300] }
        add("INT16") { $0.intContents = [-2, 65_537] }
        add("INT32") { $0.intContents = [-3, 4] }
        add("INT64") { $0.int64Contents = [.min, 4] }
        add("UINT8") { $0.uintContents = [1, 257] }
        add("UINT16") { $0.uintContents = [65_535, 65_536] }
        add("UINT32") { $0.uintContents = [.max, 0] }
        add("UINT64") { $0.uint64Contents = [.max, 0] }
        add("FP32") { $0.fp32Contents = [1.5, -.infinity] }
        add("FP64") { $0.fp64Contents = [0.1, -0.0] }
        add("BYTES") { $0.bytesContents = [Data("ab".utf8), Data()] }
        add("FP16") { $0.intContents = [] }
        let seen = try await seen(request).inputs.map { Array($0.bytes.pointer) }
        func bytes<T: BitwiseCopyable>(_ elements: [T]) -> [UInt8] { elements.withUnsafeBytes { Array($0) } }
        #expect(
            seen == [
                [1, 0], bytes([Int8(-1), 44]), bytes([Int16(-2), 1]), bytes([Int32(-3), 4]), bytes([Int64.min, 4]),
                [1, 1], bytes([UInt16.max, 0]), bytes([UInt32.max, 0]), bytes([UInt64.max, 0]),
                bytes([Float(1.5), -.infinity]), bytes([0.1, -0.0]), [2, 0, 0, 0, 97, 98, 0, 0, 0, 0], [],
            ])
    }

    @Test func contentsOfAnotherFieldAreRefused() async throws {
        let prefix = "unexpected explicit tensor data for input tensor 'INPUT0' for model 'echo'"
        func refusal(_ type: String, _ fill: (inout Inference_InferTensorContents) -> Void) async throws -> String {
            try await self.refusal {
                $0.rawInputContents = []
                $0.inputs[0].datatype = type
                fill(&$0.inputs[0].contents)
            }
        }
        #expect(
            try await refusal("FP32") { $0.intContents = [1] } == prefix + " of type 'INT32', expected datatype 'FP32'")
        #expect(
            try await refusal("FP16") { $0.fp32Contents = [1] } == prefix + " of type 'FP32', expected datatype 'FP16'")
        #expect(
            try await refusal("nonsense") { $0.bytesContents = [Data()] }
                == prefix + " of type 'BYTES', expected datatype '<invalid>'")
        #expect(
            try await refusal("INT32") {
                $0.intContents = [1]
                $0.fp64Contents = [1]
            } == prefix + ", binary data was already supplied.")
    }

    @Test func contentsAndRawInputsDoNotGoTogether() async throws {
        #expect(
            try await refusal { $0.inputs[0].contents.boolContents = [true] }
                == "contents field must not be specified when using raw_input_contents for 'INPUT0' for model 'echo'")
        #expect(
            try await refusal { $0.rawInputContents = [] }
                == "unable to find data for input tensor 'INPUT0' for model 'echo' in request.")
    }

    @Test func rawInputsInExcessAreIgnored() async throws {
        var request = Inference_ModelInferRequest("m", [9])
        request.rawInputContents.append(Data([1]))
        let seen = try await seen(request)
        #expect(Array(seen.inputs[0].bytes.pointer) == [9])
    }

    @Test func inputsOfTheSameNameAreRefused() async throws {
        #expect(
            try await refusal {
                $0.id = "r"
                $0.inputs.append($0.inputs[0])
            } == "[request id: r] input 'INPUT0' already exists in request")
    }

    @Test func limitsAreKept() async throws {
        var limits = InferCallLimits()
        limits.request.maximumTensors = 1
        limits.request.maximumRank = 2
        limits.request.maximumParameters = 1
        limits.maximumTypedBytes = 8
        let methods = methods(limits: limits)
        func message(_ change: (inout Inference_ModelInferRequest) -> Void) async throws -> String? {
            var request = Inference_ModelInferRequest("echo")
            change(&request)
            return try await methods.infer(request).status?.message
        }
        #expect(try await message { _ in } == "")
        #expect(
            try await message { $0.inputs.append(.with { $0.name = "x" }) }
                == "request has 2 inputs, which exceeds the maximum of 1")
        #expect(
            try await message { $0.outputs = [.init(), .init()] } == "request has more than 1 outputs")
        #expect(
            try await message { $0.inputs[0].shape = [1, 1, 3] }
                == "invalid shape for input 'INPUT0': it has more than 2 dimensions")
        #expect(
            try await message {
                $0.parameters = ["a": .with { $0.boolParam = true }, "b": .with { $0.boolParam = true }]
            }
                == "request has more than 1 parameters")
        #expect(
            try await message {
                $0.rawInputContents = []
                $0.inputs[0].datatype = "INT64"
                $0.inputs[0].contents.int64Contents = [1, 2]
            } == "the contents of input 'INPUT0' take 16 bytes, which exceeds the maximum of 8")
    }

    @Test func errorsKeepTheirStatus() async throws {
        let decoupled = ScriptedServable("decoupled", isDecoupled: true)
        let failing = ScriptedServable("failing") { _, responder in
            responder.send(.failed(ServingError(.unavailable, "Exceeds maximum queue size")))
        }
        let methods = methods(Self.echo(), decoupled, failing)
        func status(_ model: String, version: String = "") async throws -> GRPCStatus? {
            var request = Inference_ModelInferRequest(model)
            request.modelVersion = version
            return try await methods.infer(request).status
        }
        #expect(
            try await status("nosuch") == GRPCStatus(.notFound, "Request for unknown model: 'nosuch' is not found"))
        #expect(
            try await status("echo", version: "9")
                == GRPCStatus(.notFound, "Request for unknown model: 'echo' version 9 is not found"))
        #expect(try await status("echo", version: "abc")?.code == .invalidArgument)
        #expect(
            try await status("decoupled")
                == GRPCStatus(
                    .unimplemented, "ModelInfer RPC doesn't support models with decoupled transaction policy"))
        #expect(try await status("failing") == GRPCStatus(.unavailable, "Exceeds maximum queue size"))
        #expect(await methods.infer([0xFF]).status == GRPCStatus(.internal, "Unable to parse request"))
    }

    @Test func outputsMayBeClasses() async throws {
        var request = Inference_ModelInferRequest("echo", [1, 9, 5])
        request.outputs = [
            .with {
                $0.name = "OUTPUT0"
                $0.parameters["classification"] = .with { $0.int64Param = 2 }
            }
        ]
        let call = try await methods().infer(request)
        let response = try Inference_ModelInferResponse(serializedBytes: try #require(call.messages.first))
        #expect(response.outputs.map(\.datatype) == ["BYTES"] && response.outputs.map(\.shape) == [[2]])
        #expect(
            response.rawOutputContents == [
                Data([7, 0, 0, 0] + Array("9:1:dog".utf8) + [7, 0, 0, 0] + Array("5:2:fox".utf8))
            ])
        #expect(
            try await refusal { $0.outputs = [.with { $0.parameters["classification"] = .with { $0.int64Param = 0 } }] }
                == "invalid value for 'classification' parameter, expected >= 0")
        #expect(
            try await refusal {
                $0.outputs = [.with { $0.parameters["classification"] = .with { $0.boolParam = true } }]
            }
                == "invalid value type for 'classification' parameter, expected int64_param")
    }

    @Test func longRequestsAreDecodedOnAnotherThread() async throws {
        var request = Inference_ModelInferRequest("echo")
        request.rawInputContents = []
        request.inputs[0].datatype = "INT64"
        let numbers = (0..<200_000).map { Int64($0) << 20 }
        request.inputs[0].contents.int64Contents = numbers
        let bytes: [UInt8] = try request.serializedBytes()
        #expect(!InferRequestMessage.isQuicklyRead(TensorBytes(copying: bytes)))
        let call = await methods().infer(bytes)
        let response = try Inference_ModelInferResponse(serializedBytes: try #require(call.messages.first))
        #expect(response.rawOutputContents.map(Array.init) == [numbers.withUnsafeBytes { Array($0) }])
    }

    @Test func rawTensorsCostNothingToRead() throws {
        var request = Inference_ModelInferRequest("echo", [UInt8](repeating: 0, count: 1_000_000))
        func isQuick() throws -> Bool {
            let bytes: [UInt8] = try request.serializedBytes()
            return InferRequestMessage.isQuicklyRead(TensorBytes(copying: bytes))
        }
        #expect(try isQuick())
        request.parameters["x"] = .with { $0.stringParam = String(repeating: "x", count: 300_000) }
        #expect(try !isQuick())
        #expect(InferRequestMessage.isQuicklyRead(TensorBytes(copying: [UInt8](repeating: 0xFF, count: 500_000))))
    }
}
