public import InferenceTypes

extension InferenceRequest {
    /// Refuses a second input of the same name. To be called before the first one of that name is there.
    public func checkIsNew(inputNamed name: String) throws(ServingError) {
        guard inputs.contains(where: { $0.name == name }) else { return }
        throw ServingError(.invalidArgument, "\(logPrefix)input '\(name)' already exists in request")
    }
}
