/// How the outputs of one inference response are to be encoded, as its request asked.
struct InferResponsePlan: Sendable, Hashable {
    enum Encoding: Sendable, Hashable { case json, binary }

    struct Output: Sendable, Hashable {
        var name: String
        var encoding: Encoding
        /// The number of classes to return instead of the tensor; 0 returns the tensor.
        var classCount: UInt64 = 0
    }

    /// Of outputs that the request does not list.
    var defaultEncoding = Encoding.json
    /// The outputs that the request lists; of one listed twice the first counts.
    var outputs: [Output] = []

    func output(named name: String) -> Output {
        outputs.first { $0.name == name } ?? Output(name: name, encoding: defaultEncoding)
    }
}
