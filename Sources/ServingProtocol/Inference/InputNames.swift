public import InferenceTypes

/// The names of a request's inputs, none of which may come twice.
public struct InputNames: Sendable {
    /// Up to so many are compared one by one.
    private static let fewInputs = 16

    /// All names, once they are more than a few.
    private var names: Set<String> = []

    public init() {}

    /// Refuses a name that one of `request.inputs` has. To be called for each input before it is appended.
    public mutating func add(_ name: String, to request: InferenceRequest) throws(ServingError) {
        let isNew: Bool
        if request.inputs.count <= Self.fewInputs {
            isNew = !request.inputs.contains { $0.name == name }
        } else {
            if names.isEmpty { names = Set(request.inputs.lazy.map(\.name)) }
            isNew = names.insert(name).inserted
        }
        guard isNew else { throw .inputExists(name, in: request) }
    }
}
