import InferenceProtos
import InferenceTypes
import ModelConfiguration
import SwiftProtobuf

extension Inference_ModelConfig {
    /// The configuration as a message.
    ///
    /// Both sides know protobuf's JSON, so the schema in ModelConfiguration stays the only list of the fields.
    ///
    /// - Throws: `internal` when the two schemas differ.
    init(_ configuration: ModelConfig) throws(ServingError) {
        do {
            try self.init(jsonUTF8Bytes: configuration.jsonBytes())
        } catch {
            throw ServingError(
                .internal, "the configuration of model '\(configuration.name)' has no protobuf form: \(error)")
        }
    }
}
