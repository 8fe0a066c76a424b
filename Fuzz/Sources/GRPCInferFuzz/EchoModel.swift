import InferenceEngine
import InferenceTypes
import ModelConfiguration

/// The model that requests are decoded for; they are never run.
final class EchoModel: Servable {
    let name = "echo"
    let version: Int64 = 1
    let configuration = ModelConfig()
    let statistics = ModelStatistics(name: "echo", version: 1)

    func enqueue(_ request: InferenceRequest, _ responder: ResponseSender) {
        preconditionFailure("the request was to be decoded only")
    }

    func label(output: String, index: Int) -> String? { nil }
}
