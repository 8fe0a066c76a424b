import InferenceTypes
import JSONText
import ModelConfiguration
import ServingProtocol

/// The model configuration extension.
struct ConfigurationRoutes: Sendable {
    let service: any InferenceService

    func configuration(_ model: String, version: Int64?) throws(ServingError) -> HTTPResponse {
        let configuration = try service.modelConfiguration(model, version: version)
        return HTTPResponse(.ok, .json, body: configuration.jsonBytes())
    }
}
