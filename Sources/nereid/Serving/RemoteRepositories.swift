import Foundation
import InferenceTypes
import Logging
import ObjectStorage

/// Sets up the model repositories that are in object stores.
enum RemoteRepositories {
    /// `nil` where all repositories are directories.
    ///
    /// - Throws: `StartupError` for a wrong spelling, incomplete credentials, or a cache that cannot be made.
    static func make(_ configuration: ServerConfiguration, logger: Logger) throws(StartupError) -> ObjectRepositories? {
        let locations = configuration.repository.paths.filter(RepositoryURL.isRemote)
        guard !locations.isEmpty else { return nil }
        let environment = StoreEnvironment(
            variables: ProcessInfo.processInfo.environment,
            readFile: { (path) throws(ServingError) in
                guard FileManager.default.fileExists(atPath: path) else { return nil }
                guard let data = FileManager.default.contents(atPath: path) else {
                    throw ServingError(.internal, "the file '\(path)' cannot be read; check its permissions")
                }
                return [UInt8](data)
            })
        guard let directory = cacheDirectory(configuration.objectStore, environment.variables) else {
            throw StartupError(
                "there is no directory for what comes from object stores: neither XDG_CACHE_HOME nor HOME is set; "
                    + "give --object-store-cache-directory.")
        }
        do throws(ServingError) {
            return try ObjectRepositories(
                locations, cacheDirectory: directory, environment: environment,
                limits: configuration.objectStore.limits,
                showsNames: configuration.repository.controlMode == .explicit, logger: logger)
        } catch {
            throw StartupError(error.message)
        }
    }

    /// By flag, by Triton's variable for the place of its copies, or in the user's cache directory.
    static func cacheDirectory(
        _ configuration: ObjectStoreConfiguration, _ variables: [String: String]
    ) -> String? {
        if let directory = configuration.cacheDirectory { return directory }
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let directory = value("TRITON_AWS_MOUNT_DIRECTORY") ?? value("TRITON_GCS_MOUNT_DIRECTORY") {
            return directory
        }
        let caches = value("XDG_CACHE_HOME") ?? value("HOME").map { $0 + "/.cache" }
        return caches.map { $0 + "/nereid/objects" }
    }
}
