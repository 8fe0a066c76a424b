import Foundation
import InferenceTypes
import Synchronization

/// A directory with the files that a load request brought; deleted with the last reference.
final class OverrideDirectory: Sendable {
    /// Path of the model directory in it.
    let modelPath: String
    private let root: String

    /// - Parameters:
    ///   - files: path relative to the model directory, already checked to stay inside -> content.
    ///   - root: does not exist yet; its parent is private to this process.
    init(model: String, files: [String: [UInt8]], at root: String) throws(ServingError) {
        self.root = root
        modelPath = "\(root)/\(model)"
        do {
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: root, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            for (path, content) in files {
                let file = URL(fileURLWithPath: "\(modelPath)/\(path)")
                try manager.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content).write(to: file)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: root)
            throw ServingError(.internal, "failed to store the files of the load request in \(root): \(error)")
        }
    }

    /// A reference that can be given up at a certain moment.
    final class Pin: Sendable {
        private let directory: Mutex<OverrideDirectory?>

        init(_ directory: OverrideDirectory?) { self.directory = Mutex(directory) }

        func release() { directory.withLock { $0 = nil } }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }
}
