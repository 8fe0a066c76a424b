import InferenceTypes
import ModelRepository

/// The repository index: what the repositories hold, what became of it, and why. A pure value.
///
/// As Triton gives it, and with the causes that Triton only logs: a model that was never tried has only a name; one that
/// has no version to show, because it could not be loaded, is UNAVAILABLE without a version, as Triton shows a name that
/// is in two repositories.
struct RepositoryIndex {
    /// A model directory, or several that have to share a name.
    struct Directory: Sendable {
        var name: String
        /// The name with its namespace, by which the rest is found.
        var qualifiedName: String
        var isAmbiguous: Bool
    }

    var directories: [Directory]
    var statuses: [String: [Int64: VersionStatus]]
    /// Model name -> why its directory could not be used when it was last read.
    var problems: [String: String]
    /// Model name -> why its last load failed.
    var failures: [String: ModelLoadFailure]

    /// By name and version.
    func entries(readyOnly: Bool) -> [RepositoryIndexEntry] {
        let entries = directories.sorted { $0.qualifiedName < $1.qualifiedName }.flatMap(entries(of:))
        return readyOnly ? entries.filter { $0.state == .ready } : entries
    }

    private func entries(of directory: Directory) -> [RepositoryIndexEntry] {
        let (name, qualifiedName) = (directory.name, directory.qualifiedName)
        if directory.isAmbiguous {
            return [RepositoryIndexEntry(name: name, state: .unavailable, reason: ModelObservation.ambiguousReason)]
        }
        guard let versions = statuses[qualifiedName], !versions.isEmpty else {
            let cause = problems[qualifiedName] ?? failures[qualifiedName]?.message ?? ""
            return [RepositoryIndexEntry(name: name, state: cause.isEmpty ? nil : .unavailable, reason: cause)]
        }
        return versions.sorted { $0.key < $1.key }.map { version, status in
            RepositoryIndexEntry(
                name: name, version: version, state: status.state, reason: reason(qualifiedName, version, status))
        }
    }

    /// The version's own reason, or what came of the last try to replace it.
    private func reason(_ name: String, _ version: Int64, _ status: VersionStatus) -> String {
        guard let cause = lastCause(name, version) else { return status.reason }
        if status == .unloaded { return "\(status.reason); the last load failed: \(cause)" }
        return status.state == .ready ? "the last load failed, this version serves on: \(cause)" : status.reason
    }

    private func lastCause(_ name: String, _ version: Int64) -> String? {
        if let problem = problems[name] { return problem }
        return switch failures[name] {
        case .model(let error)?: error.message
        case .versions(let errors)?: errors[version]?.labelledMessage
        case nil: nil
        }
    }
}
