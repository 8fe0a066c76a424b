import Foundation
import ObjectStorage

/// Looks at the model repositories before anything is started, so that a wrong path is one clear sentence.
enum RepositoryCheck {
    /// Those in object stores are not looked at.
    ///
    /// - Throws: `StartupError` for the first path that is missing, no directory, or cannot be read.
    static func check(_ paths: [String]) throws(StartupError) {
        for path in paths where !RepositoryURL.isRemote(path) {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw StartupError(
                    "failed to stat file \(path): the model repository does not exist; create the directory or correct "
                        + "--model-repository.")
            }
            guard isDirectory.boolValue else {
                throw StartupError(
                    "repository path is not a valid directory: '\(path)' is a file; --model-repository names the "
                        + "directory that holds a directory for each model.")
            }
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw StartupError("the model repository '\(path)' cannot be read; check its permissions.")
            }
        }
    }
}
