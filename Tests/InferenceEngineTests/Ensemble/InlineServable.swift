import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization

/// A servable that answers `Y` with `X` before `enqueue` returns.
final class InlineServable: Servable {
    let name: String
    let version: Int64 = 1
    let configuration: ModelConfig
    let statistics: ModelStatistics
    private let depth = Mutex((current: 0, deepest: 0))

    init(_ name: String) {
        self.name = name
        configuration = .forTesting(name, inputs: [("X", .fp32, [2])], outputs: [("Y", .fp32, [2])])
        statistics = ModelStatistics(name: name, version: 1)
    }

    /// How many calls of `enqueue` were ever inside each other.
    var deepestCall: Int { depth.withLock { $0.deepest } }

    func enqueue(_ request: InferenceRequest, _ responder: ResponseSender) {
        depth.withLock { depth in
            depth.current += 1
            depth.deepest = max(depth.deepest, depth.current)
        }
        var output = request.inputs[0]
        output.name = "Y"
        responder.send(.final(InferenceResponse(modelName: name, modelVersion: 1, id: request.id, outputs: [output])))
        depth.withLock { $0.current -= 1 }
    }

    func label(output: String, index: Int) -> String? { nil }
}
