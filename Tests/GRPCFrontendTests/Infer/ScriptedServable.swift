import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization

/// A model whose answers a test writes: at once, or to requests that it holds.
final class ScriptedServable: Servable {
    typealias Answer = @Sendable (InferenceRequest, ResponseSender) -> Void

    let name: String
    let version: Int64 = 1
    let configuration: ModelConfig
    let statistics: ModelStatistics
    private let answer: Answer?
    private let held = Mutex<[(request: InferenceRequest, responder: ResponseSender)]>([])

    /// Without an answer requests wait until the test responds to them.
    init(_ name: String, isDecoupled: Bool = false, answer: Answer? = nil) {
        self.name = name
        self.answer = answer
        var configuration = ModelConfig.forTesting(
            name, inputs: [("INPUT0", .uint8, [-1])], outputs: [("OUTPUT0", .uint8, [-1])])
        if isDecoupled {
            configuration.transactionPolicy = ModelTransactionPolicy()
            configuration.transactionPolicy?.decoupled = true
        }
        self.configuration = configuration
        statistics = ModelStatistics(name: name, version: version)
    }

    /// Requests that wait, in the order in which they came.
    var requests: [InferenceRequest] { held.withLock { $0.map(\.request) } }

    func enqueue(_ request: InferenceRequest, _ responder: ResponseSender) {
        if let answer { return answer(request, responder) }
        held.withLock { $0.append((request, responder)) }
    }

    func label(output: String, index: Int) -> String? { ["cat", "dog", "fox"][index] }

    /// A model of this configuration, which answers nothing.
    init(_ configuration: ModelConfig) {
        name = configuration.name
        answer = nil
        self.configuration = configuration
        statistics = ModelStatistics(name: name, version: version)
    }

    /// Sends an event to a request that waits; after the last one it waits no longer.
    func respond(to id: String, _ event: ResponseSender.Event) {
        let found = held.withLock { held -> ResponseSender? in
            guard let index = held.firstIndex(where: { $0.request.id == id }) else { return nil }
            if case .partial = event { return held[index].responder }
            return held.remove(at: index).responder
        }
        found?.send(event)
    }

    func response(_ id: String, _ bytes: [UInt8] = [7]) -> InferenceResponse {
        let output = Tensor(
            name: "OUTPUT0", dataType: .uint8, shape: [Int64(bytes.count)], bytes: TensorBytes(copying: bytes))
        return InferenceResponse(modelName: name, modelVersion: version, id: id, outputs: [output])
    }
}
