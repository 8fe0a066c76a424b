import Foundation
import InferenceProtos
import InferenceTesting
import InferenceTypes
import ServerTransport
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

@Suite struct ModelStreamInferTests {
    private let model = ScriptedServable("m")
    private let decoupled = ScriptedServable("d", isDecoupled: true)

    private func open(
        _ call: InferCallProbe = InferCallProbe(), limits: InferCallLimits = InferCallLimits()
    ) throws -> (call: InferCallProbe, stream: any GRPCCallHandler) {
        let methods = InferMethods(service: ModelSetService(model, decoupled), limits: limits)
        return (call, try #require(methods.openStream(call)))
    }

    /// What a response says of itself, in a form that reads well in a failure.
    private func text(_ call: InferCallProbe) throws -> [String] {
        try call.streamed.map { response in
            let infer = response.inferResponse
            let final = infer.parameters["triton_final_response"].map { $0.boolParam ? "final" : "partial" } ?? "-"
            let data = infer.rawOutputContents.map { "\(Array($0))" }.joined()
            return [response.errorMessage, infer.modelName, infer.modelVersion, infer.id, final, data]
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    @Test func responsesKeepTheOrderOfTheRequests() throws {
        let (call, stream) = try open()
        for id in ["a", "b", "c"] { try stream.received(Inference_ModelInferRequest("m", id: id)) }
        #expect(model.requests.map(\.id) == ["a", "b", "c"])
        model.respond(to: "c", .final(model.response("c")))
        model.respond(to: "a", .final(model.response("a")))
        #expect(try text(call) == ["m 1 a final [7]"])
        model.respond(to: "b", .final(model.response("b")))
        #expect(try text(call) == ["m 1 a final [7]", "m 1 b final [7]", "m 1 c final [7]"])
        #expect(call.status == nil)
        stream.halfClosed()
        #expect(call.status == .ok)
    }

    @Test func decoupledResponsesAreInterleaved() throws {
        let (call, stream) = try open()
        for id in ["a", "b"] { try stream.received(Inference_ModelInferRequest("d", id: id)) }
        stream.halfClosed()
        decoupled.respond(to: "b", .partial(decoupled.response("b", [1])))
        decoupled.respond(to: "a", .partial(decoupled.response("a", [2])))
        decoupled.respond(to: "b", .final(decoupled.response("b", [3])))
        #expect(call.status == nil)
        decoupled.respond(to: "a", .finished)
        #expect(try text(call) == ["d 1 b partial [1]", "d 1 a partial [2]", "d 1 b final [3]"])
        #expect(call.status == .ok)
    }

    @Test func theEndIsToldWithoutOutputsOnlyWhenAskedFor() throws {
        let (call, stream) = try open()
        var request = Inference_ModelInferRequest("d", id: "a")
        request.parameters["triton_enable_empty_final_response"] = .with { $0.boolParam = true }
        try stream.received(request)
        request.id = "b"
        request.modelVersion = "1"
        try stream.received(request)
        decoupled.respond(to: "a", .finished)
        decoupled.respond(to: "b", .finished)
        #expect(try text(call) == ["d a final", "d 1 b final"])
    }

    @Test func ordinaryModelsSendNothingButTheirLastResponse() throws {
        let (call, stream) = try open()
        try stream.received(Inference_ModelInferRequest("m", id: "a"))
        model.respond(to: "a", .partial(model.response("a")))
        #expect(call.messages.isEmpty)
        model.respond(to: "a", .finished)
        #expect(
            try text(call) == ["the model ended without a response although it is not decoupled m a final"])
    }

    @Test func errorsDoNotEndTheStream() throws {
        let (call, stream) = try open()
        try stream.received(Inference_ModelInferRequest("m", id: "a"))
        try stream.received(Inference_ModelInferRequest("nosuch", id: "b"))
        var incomplete = Inference_ModelInferRequest("m", id: "c")
        incomplete.rawInputContents = []
        try stream.received(incomplete)
        try stream.received(Inference_ModelInferRequest("m", id: "e"))
        #expect(call.messages.isEmpty)
        model.respond(to: "a", .failed(ServingError(.internal, "broken")))
        model.respond(to: "e", .final(model.response("e")))
        #expect(
            try text(call) == [
                "broken m a final", "Request for unknown model: 'nosuch' is not found b -",
                "unable to find data for input tensor 'INPUT0' for model 'm' in request. c -", "m 1 e final [7]",
            ])
        stream.halfClosed()
        #expect(call.status == .ok)
    }

    @Test func aRequestThatItsModelDoesNotTakeInIsAnsweredAsRefused() throws {
        let full = ScriptedServable("full") { _, responder in
            responder.send(.failed(ServingError(.unavailable, "Exceeds maximum queue size")))
        }
        let call = InferCallProbe()
        let stream = try #require(InferMethods(service: ModelSetService(full)).openStream(call))
        try stream.received(Inference_ModelInferRequest("full", id: "a"))
        #expect(try text(call) == ["Exceeds maximum queue size a -"])
    }

    @Test func aFailedResponseOfADecoupledModelIsNotItsEnd() throws {
        let (call, stream) = try open()
        var request = Inference_ModelInferRequest("d", id: "a")
        request.outputs = [
            .with {
                $0.name = "OUTPUT0"
                $0.parameters["classification"] = .with { $0.int64Param = 1 }
            }
        ]
        try stream.received(request)
        var response = decoupled.response("a", [1, 2])
        response.outputs[0].dataType = .bytes
        decoupled.respond(to: "a", .partial(response))
        decoupled.respond(to: "a", .final(decoupled.response("a", [0, 9])))
        #expect(
            try text(call) == [
                "class result not available for output due to unsupported type 'BYTES' d a partial",
                "d 1 a final [7, 0, 0, 0, 57, 58, 49, 58, 100, 111, 103]",
            ])
    }

    @Test func theFirstErrorEndsAStrictStream() throws {
        let metadata = GRPCMetadata([.init(name: "triton_grpc_error", value: "true")])
        let (call, stream) = try open(InferCallProbe(metadata: metadata))
        try stream.received(Inference_ModelInferRequest("m", id: "a"))
        try stream.received(Inference_ModelInferRequest("m", id: "b"))
        #expect(!model.requests.contains { $0.isCancelled })
        let waiting = model.requests
        try stream.received(Inference_ModelInferRequest("nosuch", id: "c"))
        #expect(call.status == GRPCStatus(.notFound, "Request for unknown model: 'nosuch' is not found"))
        #expect(waiting.allSatisfy(\.isCancelled) && call.messages.isEmpty)
        model.respond(to: "a", .final(model.response("a")))
        model.respond(to: "b", .failed(ServingError(.cancelled, "cancelled")))
        stream.halfClosed()
        #expect(call.events.count == 1)
    }

    @Test func aClientThatLeavesCancelsItsRequests() throws {
        let (call, stream) = try open()
        try stream.received(Inference_ModelInferRequest("m", id: "a"))
        try stream.received(Inference_ModelInferRequest("d", id: "b"))
        stream.cancelled()
        #expect(model.requests.allSatisfy(\.isCancelled) && decoupled.requests.allSatisfy(\.isCancelled))
        model.respond(to: "a", .final(model.response("a")))
        decoupled.respond(to: "b", .finished)
        #expect(call.events.isEmpty)
    }

    @Test func whatIsNoRequestEndsTheStreamAfterTheOthers() throws {
        let (call, stream) = try open()
        try stream.received(Inference_ModelInferRequest("m", id: "a"))
        stream.received(TensorBytes(copying: [0xFF]))
        try stream.received(Inference_ModelInferRequest("m", id: "b"))
        stream.halfClosed()
        #expect(model.requests.map(\.id) == ["a"] && call.status == nil)
        model.respond(to: "a", .final(model.response("a")))
        #expect(call.status == GRPCStatus(.internal, "Unable to parse request"))
        #expect(call.messages.count == 1)
    }

    @Test func requestsInFlightAreLimited() throws {
        var limits = InferCallLimits()
        limits.maximumStreamRequests = 2
        let (call, stream) = try open(limits: limits)
        try stream.received(Inference_ModelInferRequest("m", id: "a"))
        #expect(call.events.isEmpty)
        try stream.received(Inference_ModelInferRequest("m", id: "b"))
        #expect(call.events == [.paused])
        model.respond(to: "b", .final(model.response("b")))
        #expect(call.events == [.paused, .resumed])
    }

    @Test func aClientThatDoesNotReadSendsNoFurtherRequests() throws {
        var limits = InferCallLimits()
        limits.maximumUnreadBytes = 100
        let (call, stream) = try open(limits: limits)
        call.pendingByteCount = 101
        try stream.received(Inference_ModelInferRequest("m", id: "a"))
        #expect(call.events == [.paused])
        call.pendingByteCount = 0
        #expect(call.events == [.paused, .resumed])
    }

    @Test func responsesThatNobodyReadsEndTheStream() throws {
        var limits = InferCallLimits()
        limits.maximumUnreadBytes = 100
        let (call, stream) = try open(limits: limits)
        try stream.received(Inference_ModelInferRequest("d", id: "a"))
        decoupled.respond(to: "a", .partial(decoupled.response("a")))
        call.pendingByteCount = 404
        #expect(call.status == nil)
        decoupled.respond(to: "a", .partial(decoupled.response("a")))
        #expect(call.status?.code == .resourceExhausted)
        #expect(decoupled.requests.allSatisfy { $0.isCancelled })
        decoupled.respond(to: "a", .finished)
    }

    @Test func requestsDoNotOvertakeOneThatIsDecodedElsewhere() async throws {
        let (call, stream) = try open()
        var long = Inference_ModelInferRequest("m", id: "long")
        long.rawInputContents = []
        long.inputs[0].datatype = "INT64"
        long.inputs[0].contents.int64Contents = [Int64](repeating: .max, count: 50_000)
        call.decodingThreads.start()
        try stream.received(long)
        // Though the client is held, a message may already be on its way.
        try stream.received(Inference_ModelInferRequest("m", id: "short"))
        var request = Inference_ModelInferRequest("nosuch")
        request.id = "last"
        try stream.received(request)
        stream.halfClosed()
        // There is one thread, which comes to this after the request.
        await withCheckedContinuation { continuation in call.decodingThreads.run { _ in continuation.resume() } }
        #expect(model.requests.map(\.id) == ["long", "short"])
        #expect(call.events == [.paused, .resumed])
        model.respond(to: "short", .final(model.response("short")))
        model.respond(to: "long", .final(model.response("long")))
        #expect(try call.streamed.map(\.inferResponse.id) == ["long", "short", "last"])
        #expect(call.status == .ok)
        await call.decodingThreads.stop()
    }

    /// Many threads answer at once: nothing is lost, and the order holds.
    @Test func answersFromManyThreadsKeepTheOrder() async throws {
        let (call, stream) = try open()
        let ids = (0..<200).map(String.init)
        for id in ids { try stream.received(Inference_ModelInferRequest("m", id: id)) }
        stream.halfClosed()
        let model = model
        await withTaskGroup(of: Void.self) { group in
            for part in 0..<4 {
                group.addTask {
                    for id in ids.reversed() where Int(id).map({ $0 % 4 }) == part {
                        model.respond(to: id, .final(model.response(id)))
                    }
                }
            }
        }
        _ = await call.finished()
        #expect(try call.streamed.map(\.inferResponse.id) == ids)
    }
}
