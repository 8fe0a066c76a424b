import InferenceTypes

extension RepositoryPlanner {
    /// Something that someone waits for.
    struct Operation: Sendable {
        /// The model whose failure is the operation's failure; `nil` if no failure is reported.
        var answering: String?
        /// Model -> the intent that is waited for.
        var tracked: [String: UInt64]
    }

    /// Whether something still waits to be done for an operation.
    public func isPending(_ id: OperationID) -> Bool { operations[id] != nil }

    mutating func track(_ id: OperationID, answering name: String?, _ tracked: Set<String>) {
        var operation = Operation(answering: name, tracked: [:])
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
            let isOvertaken = operation.answering.map { records[$0]?.intent != operation.tracked[$0] } ?? false
            guard isOvertaken || operation.tracked.keys.allSatisfy({ records[$0]?.isSettled ?? true }) else { continue }
            operations[id] = nil
            actions.append(.complete(id, result(of: operation, isOvertaken: isOvertaken)))
        }
        return actions
    }

    private func result(of operation: Operation, isOvertaken: Bool) -> Result<Void, ServingError> {
        guard let name = operation.answering else { return .success(()) }
        let cause: String
        if isOvertaken {
            cause = "Newer operation has been applied to the model lifecycle, current load operation is out-dated."
        } else if let failure = records[name]?.failure {
            cause = failure.message
        } else {
            return .success(())
        }
        return .failure(ServingError(.invalidArgument, "load failed for model '\(name)': \(cause)\n"))
    }
}
