import InferenceTypes

extension RepositoryPlanner {
    /// Something that someone waits for.
    struct Operation: Sendable {
        /// The models whose failures are the operation's failure.
        var answering: [String]
        /// Why a part of it was not even begun.
        var refusal: ServingError?
        /// Model -> the intent that is waited for.
        var tracked: [String: UInt64]
    }

    /// Whether something still waits to be done for an operation.
    public func isPending(_ id: OperationID) -> Bool { operations[id] != nil }

    mutating func track(
        _ id: OperationID, answering names: [String], _ tracked: Set<String>, refusal: ServingError? = nil
    ) {
        var operation = Operation(answering: names, refusal: refusal, tracked: [:])
        for name in tracked { operation.tracked[name] = records[name]?.intent }
        operations[id] = operation
    }

    /// Whoever waits for `cause` also waits for the ensemble that it made due.
    mutating func trackAlso(_ ensemble: String, because cause: String) {
        guard let intent = records[ensemble]?.intent else { return }
        for id in operations.keys where operations[id]?.tracked[cause] != nil {
            if operations[id]?.tracked[ensemble] == nil { operations[id]?.tracked[ensemble] = intent }
        }
    }

    /// Completes the operations whose models have all come to rest.
    mutating func completeOperations() -> [RepositoryAction] {
        var actions: [RepositoryAction] = []
        for (id, operation) in operations.sorted(by: { $0.key.number < $1.key.number }) {
            let isOutdated = operation.answering.contains { isOvertaken($0, in: operation) }
            guard isOutdated || operation.tracked.keys.allSatisfy({ records[$0]?.isSettled ?? true }) else { continue }
            operations[id] = nil
            actions.append(.complete(id, result(of: operation)))
        }
        return actions
    }

    private func isOvertaken(_ name: String, in operation: Operation) -> Bool {
        records[name]?.intent != operation.tracked[name]
    }

    private func result(of operation: Operation) -> Result<Void, ServingError> {
        if let refusal = operation.refusal { return .failure(refusal) }
        let failures = operation.answering.compactMap { name -> String? in
            let cause =
                isOvertaken(name, in: operation)
                ? "Newer operation has been applied to the model lifecycle, current load operation is out-dated."
                : records[name]?.failure?.message
            return cause.map { "load failed for model '\(name)': \($0)\n" }
        }
        return failures.isEmpty ? .success(()) : .failure(ServingError(.invalidArgument, failures.joined()))
    }
}
