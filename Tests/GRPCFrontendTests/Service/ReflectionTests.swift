import Foundation
import InferenceProtos
import InferenceTypes
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

@Suite struct ReflectionTests {
    typealias Request = Grpc_Reflection_V1_ServerReflectionRequest
    typealias Response = Grpc_Reflection_V1_ServerReflectionResponse

    private let service = ReflectionService(descriptors: DescriptorIndex())

    private func respond(_ build: (inout Request) -> Void) -> Response {
        service.respond(
            to: .with {
                $0.host = "here"
                build(&$0)
            })
    }

    /// The names of the files in an answer, in order.
    private func fileNames(_ response: Response) throws -> [String] {
        try response.fileDescriptorResponse.fileDescriptorProto.map {
            try Google_Protobuf_FileDescriptorProto(serializedBytes: $0).name
        }
    }

    @Test func servicesAreListed() {
        let response = respond { $0.listServices = "*" }
        #expect(
            response.listServicesResponse.service.map(\.name) == [
                "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection", "inference.GRPCInferenceService",
            ])
        #expect(response.validHost == "here")
        #expect(response.originalRequest.listServices == "*")
    }

    @Test func aFileComesWithWhatItImports() throws {
        #expect(
            try fileNames(respond { $0.fileByFilename = "inference.proto" }) == [
                "inference.proto", "model_config.proto",
            ])
        #expect(try fileNames(respond { $0.fileByFilename = "health.proto" }) == ["health.proto"])
    }

    @Test func descriptorsAreWhole() throws {
        let response = respond { $0.fileContainingSymbol = "inference.GRPCInferenceService" }
        let bytes = try #require(response.fileDescriptorResponse.fileDescriptorProto.first)
        let file = try Google_Protobuf_FileDescriptorProto(serializedBytes: bytes)
        #expect(file.service.first?.method.count == 20)
        let request = try #require(file.messageType.first { $0.name == "ModelInferRequest" })
        #expect(request.field.map(\.name).last == "raw_input_contents")
    }

    @Test(arguments: [
        ("inference.GRPCInferenceService", "inference.proto"),
        ("inference.GRPCInferenceService.ModelInfer", "inference.proto"),
        ("inference.ModelInferRequest.InferInputTensor", "inference.proto"),
        ("inference.ModelInferRequest.model_name", "inference.proto"),
        ("inference.InferParameter.parameter_choice", "inference.proto"),
        ("inference.ModelConfig", "model_config.proto"), ("inference.DataType", "model_config.proto"),
        ("inference.TYPE_FP32", "model_config.proto"),
        ("inference.ModelInstanceGroup.Kind", "model_config.proto"),
        ("inference.ModelInstanceGroup.KIND_CPU", "model_config.proto"),
        ("grpc.health.v1.Health.Watch", "health.proto"),
        ("grpc.reflection.v1.ServerReflection", "reflection_v1.proto"),
        ("grpc.reflection.v1alpha.ErrorResponse", "reflection_v1alpha.proto"),
    ])
    func symbolsAreFound(_ symbol: String, _ file: String) throws {
        #expect(try fileNames(respond { $0.fileContainingSymbol = symbol }).first == file)
    }

    @Test func whatIsNotThereIsAnErrorOfTheAnswerOnly() {
        let requests: [(inout Request) -> Void] = [
            { $0.fileByFilename = "nosuch.proto" }, { $0.fileContainingSymbol = "inference.Nosuch" },
            { $0.fileContainingSymbol = "" }, { $0.allExtensionNumbersOfType = "inference.Nosuch" },
            {
                $0.fileContainingExtension = .with {
                    $0.containingType = "inference.ModelConfig"
                    $0.extensionNumber = 5
                }
            },
        ]
        for request in requests {
            let response = respond(request)
            #expect(response.errorResponse.errorCode == 5, "\(response)")
            #expect(!response.errorResponse.errorMessage.isEmpty)
        }
        #expect(respond { _ in }.errorResponse.errorCode == 3)
    }

    @Test func messagesHaveNoExtensions() {
        let response = respond { $0.allExtensionNumbersOfType = "inference.ModelConfig" }
        #expect(response.allExtensionNumbersResponse.baseTypeName == "inference.ModelConfig")
        #expect(response.allExtensionNumbersResponse.extensionNumber.isEmpty)
    }

    private func makeHandler(_ version: String, _ call: RecordingCall) throws -> any GRPCCallHandler {
        let path = "/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo"
        let methods = ControlMethods(service: ScriptedService()).methods
        guard case .handler(let make) = try #require(methods.first { $0.path == path }).kind else {
            throw GRPCStatus(.internal, "no handler")
        }
        return make(call)
    }

    @Test func aCallAnswersEachRequestInOrder() throws {
        let call = RecordingCall()
        let handler = try makeHandler("v1alpha", call)
        for name in ["health.proto", "nosuch.proto"] {
            let request = Grpc_Reflection_V1alpha_ServerReflectionRequest.with { $0.fileByFilename = name }
            handler.received(try TensorBytes(encoding: request))
        }
        #expect(call.status == nil)
        handler.halfClosed()
        #expect(call.status == .ok)
        let responses = try call.messages.map {
            try Grpc_Reflection_V1alpha_ServerReflectionResponse(serializedBytes: $0)
        }
        #expect(responses.map(\.originalRequest.fileByFilename) == ["health.proto", "nosuch.proto"])
        #expect(responses.first?.fileDescriptorResponse.fileDescriptorProto.count == 1)
        #expect(responses.last?.errorResponse.errorCode == 5)
    }

    @Test func aClientThatDoesNotReadIsCutOff() throws {
        let call = RecordingCall()
        let handler = try makeHandler("v1", call)
        let request = try TensorBytes(encoding: Request.with { $0.listServices = "" })
        call.pendingByteCount = ReflectionHandler.maximumPendingBytes
        handler.received(request)
        #expect(call.status == nil)
        call.pendingByteCount = ReflectionHandler.maximumPendingBytes + 1
        handler.received(request)
        #expect(call.status?.code == .resourceExhausted)
        #expect(call.messages.count == 1)
    }

    @Test func bytesThatAreNoRequestEndTheCall() throws {
        let call = RecordingCall()
        try makeHandler("v1", call).received(TensorBytes(copying: [0x0A]))
        #expect(call.status == GRPCStatus(.internal, "Unable to parse request"))
    }
}
