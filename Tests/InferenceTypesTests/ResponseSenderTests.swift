import InferenceTypes
import Synchronization
import Testing

@Suite struct ResponseSenderTests {
    private let response = InferenceResponse(modelName: "m", modelVersion: 1, id: "", outputs: [])

    @Test func deliversPartialsAndOneFinal() {
        let log = Log()
        let sender = ResponseSender { log.append($0) }
        sender.send(.partial(response))
        sender.send(.partial(response))
        sender.send(.finished)
        #expect(log.names == ["partial", "partial", "finished"])
    }

    @Test func aSecondFinalEventStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            let sender = ResponseSender { _ in }
            sender.send(.finished)
            sender.send(.finished)
        }
    }

    @Test func droppingWithoutAnAnswerStopsADebugBuild() async {
        await #expect(processExitsWith: .failure) {
            _ = ResponseSender { _ in }
        }
    }
}

private final class Log: Sendable {
    private let state = Mutex<[String]>([])

    var names: [String] { state.withLock { $0 } }

    func append(_ event: ResponseSender.Event) {
        let name =
            switch event {
            case .partial: "partial"
            case .final: "final"
            case .finished: "finished"
            case .failed: "failed"
            }
        state.withLock { $0.append(name) }
    }
}
