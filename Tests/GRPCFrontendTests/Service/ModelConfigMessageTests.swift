import Foundation
import InferenceProtos
import ModelConfiguration
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

/// The configuration of this server and the message of the proto file hold the same.
@Suite struct ModelConfigMessageTests {
    @Test func everyFieldSurvivesTheWayThroughTheServer() throws {
        var random = try RandomMessage(seed: 17)
        for _ in 0..<300 {
            let json = try JSONSerialization.data(withJSONObject: random.json(".inference.ModelConfig"))
            var message = try Inference_ModelConfig(jsonUTF8Bytes: json)
            // A policy without a choice says what no policy says, and is read as none.
            if message.versionPolicy.policyChoice == nil { message.clearVersionPolicy() }
            // What protobuf writes, this server's parsers read; what this server writes, protobuf reads.
            let fromText = try ModelConfig(textFormat: message.textFormatString())
            #expect(try Inference_ModelConfig(fromText) == message)
            var options = JSONEncodingOptions()
            options.preserveProtoFieldNames = true
            let fromJSON = try ModelConfig(json: message.jsonString(options: options))
            #expect(fromJSON == fromText)
            #expect(try Inference_ModelConfig(textFormatString: fromText.textFormat) == message)
        }
        #expect(random.fieldsSet == random.fieldsSeen)
        #expect(random.fieldsSeen.count > 100)
    }

    @Test func bytesOnTheWireAreReadBack() async throws {
        let text = """
            name: "m" backend: "identity" max_batch_size: 8
            input { name: "IN" data_type: TYPE_STRING dims: [ -1, 3 ] reshape { } optional: true }
            version_policy { specific { versions: [ 1, 9007199254740993 ] } }
            sequence_batching { direct { minimum_slot_utilization: 0.1 } }
            """
        let configuration = try ModelConfig(textFormat: text)
        let methods = ControlMethods(service: ScriptedService(configurations: [configuration])).methods
        let response: Inference_ModelConfigResponse = try await methods.call(
            "ModelConfig", Inference_ModelConfigRequest.with { $0.name = "m" })
        #expect(response.config == (try Inference_ModelConfig(textFormatString: text)))
        #expect(response.config.versionPolicy.specific.versions == [1, 9_007_199_254_740_993])
        #expect(response.config.sequenceBatching.direct.minimumSlotUtilization == 0.1)
        #expect(response.config.input.first?.hasReshape == true)
    }

    @Test func anUnknownModelIsAnError() async {
        await #expect(throws: GRPCStatus(.notFound, "Request for unknown model: 'm' is not found")) {
            let _: Inference_ModelConfigResponse = try await ControlMethods(service: ScriptedService()).methods.call(
                "ModelConfig", Inference_ModelConfigRequest.with { $0.name = "m" })
        }
    }
}
