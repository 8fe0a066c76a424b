import GRPCFrontend
import Testing

/// A ModelInfer call as Triton 2.51 was seen to answer it, with its identity backend.
struct RecordedInferCall: Sendable, CustomTestStringConvertible {
    let id: String
    /// The message, in base64.
    let request: String
    /// The answering message, in base64; empty when there is none.
    let answer: String
    let status: GRPCStatus

    init(_ id: String, _ request: String, answer: String) {
        self.id = id
        self.request = request
        self.answer = answer
        status = .ok
    }

    init(_ id: String, _ request: String, _ status: GRPCStatus) {
        self.id = id
        self.request = request
        answer = ""
        self.status = status
    }

    var testDescription: String { id }
}
