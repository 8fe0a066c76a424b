import InferenceEngine
import InferenceTypes
import ModelConfiguration
import NIOPosix
import Synchronization

/// Answers with its inputs as outputs, or keeps requests until the test lets them go.
final class FakeServable: Servable {
    let name: String
    let version: Int64 = 1
    let configuration: ModelConfig
    let statistics: ModelStatistics
    private let holdsRequests: Bool
    private let script: (@Sendable (InferenceRequest, ResponseSender) -> Void)?
    private let onEventLoop = Atomic(false)
    private let held = Mutex<[(InferenceRequest, ResponseSender)]>([])

    /// - Parameters:
    ///   - inputs: of the configuration; without them it has one, `INPUT0`.
    ///   - script: answers requests in place of the echo.
    init(
        _ name: String, isDecoupled: Bool = false, holdsRequests: Bool = false, inputs: [ModelInput]? = nil,
        script: (@Sendable (InferenceRequest, ResponseSender) -> Void)? = nil
    ) {
        self.name = name
        self.script = script
        self.holdsRequests = holdsRequests
        var configuration = ModelConfig()
        configuration.name = name
        var input = ModelInput()
        input.name = "INPUT0"
        input.dataType = .uint8
        input.dims = [-1]
        configuration.inputs = inputs ?? [input]
        if isDecoupled {
            configuration.transactionPolicy = ModelTransactionPolicy()
            configuration.transactionPolicy?.decoupled = true
        }
        self.configuration = configuration
        statistics = ModelStatistics(name: name, version: version)
    }

    /// Requests that wait for `release`.
    var heldRequests: [InferenceRequest] { held.withLock { $0.map(\.0) } }

    /// Whether the last request came on an event loop.
    var wasCalledOnEventLoop: Bool { onEventLoop.load(ordering: .acquiring) }

    func enqueue(_ request: InferenceRequest, _ responder: ResponseSender) {
        onEventLoop.store(MultiThreadedEventLoopGroup.currentEventLoop != nil, ordering: .releasing)
        if let script {
            script(request, responder)
        } else if holdsRequests {
            held.withLock { $0.append((request, responder)) }
        } else {
            answer(request, responder)
        }
    }

    func label(output: String, index: Int) -> String? { nil }

    func release() {
        let waiting = held.withLock { held in
            defer { held = [] }
            return held
        }
        for (request, responder) in waiting { answer(request, responder) }
    }

    private func answer(_ request: InferenceRequest, _ responder: ResponseSender) {
        if request.id == "fail" {
            return responder.send(.failed(ServingError(.unavailable, "Exceeds maximum queue size")))
        }
        let outputs = request.inputs.map { input in
            var output = input
            output.name = input.name.replacing("INPUT", with: "OUTPUT")
            return output
        }
        responder.send(.final(InferenceResponse(modelName: name, modelVersion: 1, id: request.id, outputs: outputs)))
    }
}
