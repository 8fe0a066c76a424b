import Foundation
import InferenceTypes
import Synchronization

/// The private directory of this process for the files that load requests bring, and what is left of such directories of
/// processes that are gone.
///
/// The directory is made with the first such request, for its user alone. The lock on a file in it tells that its process
/// lives: without it, the directory is a left-over. Thread-safe; everything but `init` blocks on the file system.
final class OverrideStore: Sendable {
    private struct Root {
        var path: String
        var lock: FileLock
    }

    private struct State {
        var root: Root?
        var lastNumber = 0
    }

    private static let prefix = "nereid-"
    private static let lockName = ".lock"

    private let parent: String
    private let state = Mutex(State())

    /// - Parameter parent: an existing directory for temporary files.
    init(parent: String) { self.parent = parent }

    deinit { removeAll() }

    func directory(model: String, files: [String: [UInt8]]) throws(ServingError) -> OverrideDirectory {
        let path = try state.withLock { state throws(ServingError) in
            let root = if let root = state.root { root } else { try makeRoot() }
            state.root = root
            state.lastNumber += 1
            return "\(root.path)/\(state.lastNumber)"
        }
        return try OverrideDirectory(model: model, files: files, at: path)
    }

    /// Deletes everything at once, whoever still uses it. For the end of the process.
    func removeAll() {
        let root = state.withLock { state in
            defer { state.root = nil }
            return state.root
        }
        if let root { try? FileManager.default.removeItem(atPath: root.path) }
    }

    /// Deletes what processes of this user left behind that ended without a chance to do it. Returns the paths.
    func removeLeftovers() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        return names.sorted().map { "\(parent)/\($0)" }.filter { path in
            guard path.dropFirst(parent.count + 1).hasPrefix(Self.prefix), Self.isOwnDirectory(path),
                let lock = FileLock(existing: "\(path)/\(Self.lockName)")
            else { return false }
            // Held until the directory is gone, so that nobody else takes it for a left-over at the same time.
            defer { withExtendedLifetime(lock) {} }
            return (try? FileManager.default.removeItem(atPath: path)) != nil
        }
    }

    private func makeRoot() throws(ServingError) -> Root {
        var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let cause = String(cString: strerror(errno))
            throw ServingError(
                .internal, "failed to make a directory for the files of load requests in \(parent): \(cause)")
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let lock = FileLock(creating: "\(path)/\(Self.lockName)") else {
            try? FileManager.default.removeItem(atPath: path)
            throw ServingError(.internal, "failed to lock \(path), the directory for the files of load requests")
        }
        return Root(path: path, lock: lock)
    }

    /// Whether this is a directory, not a link to one, and belongs to the user of this process.
    private static func isOwnDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
    }
}
