import Foundation
import InferenceProtos
import InferenceTypes
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

@Suite struct ControlMethodsTests {
    private let methods = ControlMethods(service: ScriptedService()).methods

    /// Every method that the descriptors promise, with whether it takes or gives a stream.
    private func promised() throws -> [String: Bool] {
        let bytes = try #require(Data(base64Encoded: "\(ProtoDescriptors.fileDescriptorSet)"))
        let set = try Google_Protobuf_FileDescriptorSet(serializedBytes: bytes)
        var streams: [String: Bool] = [:]
        for file in set.file {
            for service in file.service {
                for method in service.method {
                    streams["/\(file.package).\(service.name)/\(method.name)"] =
                        method.clientStreaming || method.serverStreaming
                }
            }
        }
        return streams
    }

    @Test func everyMethodOfTheProtoFilesIsThereButThoseThatCarryTensors() throws {
        var promised = try promised()
        for name in ["ModelInfer", "ModelStreamInfer"] {
            #expect(promised.removeValue(forKey: "/inference.GRPCInferenceService/\(name)") != nil)
        }
        #expect(methods.map(\.path).sorted() == promised.keys.sorted())
        for method in methods {
            if case .handler = method.kind {
                #expect(promised[method.path] == true)
            } else {
                #expect(promised[method.path] == false)
            }
        }
    }

    @Test func bytesThatAreNoMessageAreRefused() async throws {
        for method in methods {
            if case .handler = method.kind { continue }
            await #expect(throws: GRPCStatus(.internal, "Unable to parse request")) {
                try await methods.call(method.path, bytes: [0xFF, 0xFF, 0xFF, 0xFF])
            }
        }
    }

    @Test(arguments: ServingError.Code.allCases) func errorsBecomeStatuses(_ code: ServingError.Code) {
        let names: [ServingError.Code: GRPCStatusCode] = [
            .unknown: .unknown, .internal: .internal, .notFound: .notFound, .invalidArgument: .invalidArgument,
            .unavailable: .unavailable, .unsupported: .unimplemented, .alreadyExists: .alreadyExists,
            .cancelled: .cancelled,
        ]
        #expect(GRPCStatus(ServingError(code, "why")) == names[code].map { GRPCStatus($0, "why") })
    }
}
