import Foundation
import Testing

/// Unary calls that were answered by Triton, and the models that it had loaded then (Fixtures/recorded_calls.json).
struct RecordedCalls: Decodable {
    struct Model: Decodable {
        /// The text of config.pbtxt.
        var config: String
        var versions: [String]
    }

    struct Call: Decodable, CustomTestStringConvertible {
        var id: String
        var method: String
        var request: Data
        /// `OK`, `NOT_FOUND`, ...
        var code: String
        var message: String
        /// `nil` when the call failed.
        var response: Data?

        var testDescription: String { id }
    }

    var models: [String: Model]
    var calls: [Call]

    static let all: RecordedCalls = {
        let url = Bundle.module.url(forResource: "recorded_calls", withExtension: "json", subdirectory: "Fixtures")
        guard let url, let data = try? Data(contentsOf: url),
            let calls = try? JSONDecoder().decode(RecordedCalls.self, from: data)
        else { return RecordedCalls(models: [:], calls: []) }
        return calls
    }()
}
