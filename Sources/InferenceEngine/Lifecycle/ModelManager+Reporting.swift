import InferenceTypes
import Logging
import ModelRepository

extension ModelManager {
    /// Logs what a reading brought that was not there last time, and keeps what is wrong for the repository index.
    ///
    /// - Parameter overridden: models whose configuration came with a request, so that no directory is to blame.
    func note(_ reading: RepositoryReader.Reading, overridden: [String] = []) {
        for note in reading.notes where loggedNotes.isNew(note.message, about: note.message) {
            switch note.level {
            case .debug: logger.debug("\(note.message)")
            case .warning: logger.warning("\(note.message)")
            case .error: logger.error("\(note.message)")
            }
        }
        if let error = reading.repositoryError {
            noteProblem("", error.message)
            return
        }
        loggedProblems.forget("")
        for (name, observation) in reading.observed.sorted(by: { $0.key < $1.key }) {
            if let error = observation.error {
                noteProblem(name, "Poll failed for model directory '\(name)': \(error.message)")
            } else {
                loggedProblems.forget(name)
            }
        }
        problems.note(reading, overridden: overridden)
    }

    /// Tells once about models whose changes a poll had to leave to a later one.
    func noteUnquiet(_ models: Set<String>) {
        for model in models.subtracting(unquietModels).sorted() {
            logger.warning(
                "the files of model '\(model)' keep changing; it stays as it is until they are quiet for \(settings.settleTime)"
            )
        }
        unquietModels = models
    }

    /// Logs what a version that has left memory took, where its backend told.
    static func note(
        _ usage: [MemoryUsage], cameBackFrom subject: String, _ residentBefore: UInt64?, _ logger: Logger
    ) {
        guard !usage.isEmpty else { return }
        logger.info(
            "\(subject) gave back \(MemorySizeText.list(usage))\(MemorySizeText.change(from: residentBefore, to: ResidentMemory.byteSize()))"
        )
    }

    func log(_ failure: ModelLoadFailure, of model: String) {
        switch failure {
        case .model(let error): logger.error("\(ServingError.loadFailed(model, error).message)")
        case .versions(let errors):
            for (version, error) in errors.sorted(by: { $0.key < $1.key }) {
                logger.error("failed to load '\(model)' version \(version): \(error.labelledMessage)")
            }
        }
    }

    func startupReport(
        _ reading: RepositoryReader.Reading, names: [String]?, duration: Duration
    ) -> StartupReport {
        var rows: [StartupReport.Row] = []
        let statuses = planner.versionStatuses
        var models = Set(statuses.keys).union(planner.targets.keys)
        models.formUnion(names ?? Array(reading.observed.keys))
        for model in models.sorted() {
            for (version, status) in (statuses[model] ?? [:]).sorted(by: { $0.key < $1.key }) {
                rows.append(
                    StartupReport.Row(
                        model: model, version: version, state: status.state, reason: status.reason,
                        loadTime: startupLoadTimes?[model]?[version]))
            }
            guard statuses[model]?.isEmpty ?? true else { continue }
            if let versions = onDemand?.loadableVersions(of: model) {
                rows += versions.map {
                    StartupReport.Row(
                        model: model, version: $0, state: .ready, reason: OnDemandModels.reason, loadTime: nil)
                }
            } else {
                rows.append(
                    StartupReport.Row(
                        model: model, version: nil, state: .unavailable, reason: reason(model, reading), loadTime: nil))
            }
        }
        return StartupReport(rows: rows, repositoryError: reading.repositoryError, duration: duration)
    }

    private func reason(_ model: String, _ reading: RepositoryReader.Reading) -> String {
        if let error = reading.observed[model]?.error { return error.message }
        if let failure = planner.failure(of: model) { return failure.message }
        return RepositoryPlanner.noDirectory
    }

    /// Logs a problem unless it was already there when this was last looked at.
    ///
    /// - Parameter model: empty for the repositories themselves.
    func noteProblem(_ model: String, _ message: String) {
        guard loggedProblems.isNew(message, about: model) else { return }
        if !model.isEmpty { loadCounters.count(model, isFailure: true) }
        logger.error("\(message)")
    }
}
