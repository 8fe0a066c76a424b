import InferenceTypes
import Logging
import ModelRepository

extension ModelManager {
    /// Logs what a reading brought that was not there last time.
    func note(_ reading: RepositoryReader.Reading) {
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
            if statuses[model]?.isEmpty ?? true {
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
    func noteProblem(_ key: String, _ message: String) {
        if loggedProblems.isNew(message, about: key) { logger.error("\(message)") }
    }

    /// The repository index as Triton gives it: what was never loaded has only a name; what was to be loaded but has no
    /// version that its policy selects is left out.
    static func index(
        of directories: [String: [String]], _ statuses: [String: [Int64: VersionStatus]], readyOnly: Bool
    ) -> [RepositoryIndexEntry] {
        var entries: [RepositoryIndexEntry] = []
        for (name, paths) in directories.sorted(by: { $0.key < $1.key }) {
            if paths.count > 1 {
                entries.append(
                    RepositoryIndexEntry(name: name, state: .unavailable, reason: ModelObservation.ambiguousReason))
                continue
            }
            guard let versions = statuses[name] else {
                entries.append(RepositoryIndexEntry(name: name))
                continue
            }
            for (version, status) in versions.sorted(by: { $0.key < $1.key }) {
                entries.append(
                    RepositoryIndexEntry(name: name, version: version, state: status.state, reason: status.reason))
            }
        }
        return readyOnly ? entries.filter { $0.state == .ready } : entries
    }
}
