import ServingProtocol

/// How one inference request is to be completed and its response encoded, beside what the model has to know.
struct InferResponsePlan: Sendable {
    enum Encoding: Sendable, Hashable { case json, binary }

    /// Of outputs that the request does not list.
    var defaultEncoding = Encoding.json
    /// The outputs that the request lists.
    private(set) var outputs = RequestedOutputs()
    /// In the order of `outputs`.
    private var encodings: [Encoding] = []
    /// Inputs whose data is still to be read.
    var sharedInputs = SharedMemoryInputs()

    init(defaultEncoding: Encoding = .json) { self.defaultEncoding = defaultEncoding }

    mutating func append(_ output: RequestedOutput, _ encoding: Encoding) {
        outputs.append(output)
        encodings.append(encoding)
    }

    /// Of an output listed twice the first counts.
    func encoding(of output: String) -> Encoding {
        guard let index = outputs.list.firstIndex(where: { $0.name == output }) else { return defaultEncoding }
        return encodings[index]
    }
}
