/// The steps of an ensemble (message `ModelEnsembling`).
public struct ModelEnsembling: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        public var modelName = ""
        /// -1 is the latest ready version.
        public var modelVersion: Int64 = 0
        /// Input of the composing model -> tensor of the ensemble.
        public var inputMap: [String: String] = [:]
        /// Output of the composing model -> tensor of the ensemble.
        public var outputMap: [String: String] = [:]
        /// The namespace of the composing model; found by the server, whatever a file says.
        public var modelNamespace = ""
        public init() {}

        public var qualifiedModelName: String { QualifiedModelName.text(modelName, in: modelNamespace) }
    }

    public var steps: [Step] = []
    public var maxInflightRequests: UInt32 = 0

    public init() {}
}
