import Foundation
import InferenceTypes
import JSONText

/// Asks a server about a model, builds its inputs, and runs an inference.
struct InferenceClient {
    private static let headerLengthName = "Inference-Header-Content-Length"

    let http: HTTPClient
    let modelName: String
    /// `nil` asks for the model's default version.
    let modelVersion: Int64?

    /// - Throws: `ClientError`; for an unknown model it lists those that are ready.
    func describeModel() async throws(ClientError) -> ModelDescription {
        let reply = try await http.get(path(""))
        guard reply.isSuccess else {
            throw .refused(status: reply.status, message: Self.message(reply) + (await readyModels()))
        }
        var model = try ModelDescription(metadata: try Self.json(reply))
        // Servers without the configuration extension serve all the same; then the shapes alone must tell.
        let configuration = try await http.get(path("/config"))
        if configuration.isSuccess { model.add(configuration: try Self.json(configuration)) }
        return model
    }

    /// Builds the inputs, sends them by the binary tensor extension and reads the answer.
    ///
    /// - Parameter sampleRate: what audio is resampled to; `nil` asks the model, then keeps the file's rate.
    func infer(
        _ model: ModelDescription, inputs arguments: [InputArgument], outputs: [String], sampleRate: Int?
    ) async throws(ClientError) -> InferenceAnswer {
        try Self.check(outputs, of: model)
        let inputs = try Self.inputs(arguments, for: model, sampleRate: sampleRate ?? model.sampleRate)
        let (body, headerLength) = InferenceCall(inputs: inputs, outputs: outputs).body
        let headers = [
            ("Content-Type", "application/octet-stream"), (Self.headerLengthName, String(headerLength)),
        ]
        let reply = try await http.post(path("/infer"), headers: headers, body: body)
        guard reply.isSuccess else { throw .refused(status: reply.status, message: Self.message(reply)) }
        return try InferenceAnswer(
            body: reply.body, headerLength: reply.headers[Self.headerLengthName.lowercased()].flatMap { Int($0) })
    }

    /// Finds the model's input for each argument, and makes its bytes.
    static func inputs(
        _ arguments: [InputArgument], for model: ModelDescription, sampleRate: Int?
    ) throws(ClientError) -> [InferenceCall.Input] {
        var inputs: [InferenceCall.Input] = []
        for argument in arguments {
            let description = try input(argument, of: model)
            guard !inputs.contains(where: { $0.name == description.name }) else {
                throw .invalidInput("input '\(description.name)' is given twice")
            }
            do {
                let array = try InputReader(dataType: description.dataType, sampleRate: sampleRate).read(
                    argument.source)
                let shape = try ShapeMatcher.shape(
                    of: array.shape, declared: description.shape, hasBatchDimension: model.hasBatchDimension)
                let bytes = try TensorCodec.encode(array.elements, as: description.dataType)
                inputs.append(
                    InferenceCall.Input(
                        name: description.name, dataType: description.dataType, shape: shape, bytes: bytes))
            } catch {
                throw .invalidInput("input '\(description.name)': \(error)")
            }
        }
        let missing = model.inputs.filter { input in
            !model.optionalInputs.contains(input.name) && !inputs.contains { $0.name == input.name }
        }
        guard missing.isEmpty else {
            let examples = missing.map { "--input \($0.name)=\($0.dataType == .bytes ? "TEXT" : "VALUE|@FILE")" }
            throw .invalidInput(
                "model '\(model.name)' needs more inputs: add \(examples.joined(separator: " ")). Its inputs are:\n"
                    + model.inputList)
        }
        return inputs
    }

    private static func input(
        _ argument: InputArgument, of model: ModelDescription
    ) throws(ClientError) -> ModelDescription.TensorDescription {
        guard let name = argument.name else {
            guard let only = model.inputs.first, model.inputs.count == 1 else {
                throw .invalidInput(
                    "--input needs a name, as in --input NAME=VALUE. The inputs of model '\(model.name)' are:\n"
                        + model.inputList)
            }
            return only
        }
        guard let match = model.inputs.first(where: { $0.name == name }) else {
            let nearest = NearestName.of(name.uppercased(), among: model.inputs.map(\.name))
            throw .invalidInput(
                "model '\(model.name)' has no input '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ".")
                    + " Its inputs are:\n" + model.inputList)
        }
        return match
    }

    private static func check(_ outputs: [String], of model: ModelDescription) throws(ClientError) {
        for name in outputs where !model.outputs.contains(where: { $0.name == name }) {
            let list = model.outputs.map { "  \($0)" }.joined(separator: "\n")
            throw .invalidInput("model '\(model.name)' has no output '\(name)'. Its outputs are:\n\(list)")
        }
    }

    private func path(_ suffix: String) -> String {
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove("/")
        let name = modelName.addingPercentEncoding(withAllowedCharacters: allowed) ?? modelName
        return "/v2/models/\(name)" + (modelVersion.map { "/versions/\($0)" } ?? "") + suffix
    }

    /// A sentence with the names of the models that are ready, if the server tells.
    private func readyModels() async -> String {
        guard
            let reply = try? await http.post("/v2/repository/index", body: Array(#"{"ready":true}"#.utf8)),
            reply.isSuccess, case .array(let entries)? = try? Self.json(reply)
        else { return "" }
        var names: [String] = []
        for entry in entries {
            if case .string(let name)? = entry["name"], !names.contains(name) { names.append(name) }
        }
        return names.isEmpty ? ". No model is ready" : ". Models that are ready: " + names.joined(separator: ", ")
    }

    private static func json(_ reply: HTTPReply) throws(ClientError) -> JSONValue {
        do {
            return try reply.body.withUnsafeBytes { bytes throws(JSONError) in try JSONValue(parsing: bytes) }
        } catch {
            throw .malformedAnswer("it is no JSON: \(error)")
        }
    }

    private static func message(_ reply: HTTPReply) -> String {
        if case .string(let message)? = (try? json(reply))?["error"] { return message }
        let text = String(decoding: reply.body.prefix(500), as: UTF8.self)
        return text.isEmpty ? "the server answered with an error" : text
    }
}
