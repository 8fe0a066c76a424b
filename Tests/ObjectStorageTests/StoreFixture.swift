import Foundation
import InferenceTypes
import Logging
import ModelRepository
import Synchronization
import Testing

@testable import ObjectStorage

/// A store, a cache directory, and repositories that read the one through the other.
struct StoreFixture {
    let store: StubStore
    let cache: String
    let log = TestLog()

    /// Runs a test with all of it and cleans up afterwards.
    static func run(_ test: (StoreFixture) async throws -> Void) async throws {
        let cache = FileManager.default.temporaryDirectory.appending(path: "objects-\(UUID().uuidString)").path
        let fixture = StoreFixture(store: try await StubStore(), cache: cache)
        do {
            try await test(fixture)
        } catch {
            try? await fixture.store.stop()
            try? FileManager.default.removeItem(atPath: cache)
            throw error
        }
        try? await fixture.store.stop()
        try? FileManager.default.removeItem(atPath: cache)
    }

    /// One server's view.
    func repositories(
        showsNames: Bool = false, variables: [String: String] = [:],
        _ change: (inout ObjectStoreLimits) -> Void = { _ in }
    ) throws -> ObjectRepositories {
        var limits = ObjectStoreLimits()
        limits.retryCount = 2
        limits.timeout = .seconds(20)
        change(&limits)
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .debug
        return try ObjectRepositories(
            [store.location], cacheDirectory: cache, environment: StoreEnvironment(variables: variables) { _ in nil },
            limits: limits, showsNames: showsNames, logger: logger)
    }

    /// The files of a repository's tree, with their contents.
    func files(_ repositories: ObjectRepositories) -> [String: String] {
        let root = repositories.localPath(of: store.location)
        var files: [String: String] = [:]
        for path in FileManager.default.enumerator(atPath: root)?.compactMap({ $0 as? String }) ?? [] {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isDirectory),
                !isDirectory.boolValue
            else { continue }
            files[path] = FileManager.default.contents(atPath: "\(root)/\(path)").map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        return files
    }

    func names(_ repositories: ObjectRepositories) -> [String] {
        let root = repositories.localPath(of: store.location)
        return ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
    }

    /// Contents in the cache.
    var contentCount: Int {
        let paths = FileManager.default.enumerator(atPath: "\(cache)/contents")?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.contains("/") }.count
    }
}

/// Keeps what is logged.
struct TestLog: LogHandler {
    private final class Lines: Sendable {
        let value = Mutex<[String]>([])
    }

    private let kept = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    var lines: [String] { kept.value.withLock { $0 } }
    func warnings() -> [String] { lines.filter { $0.hasPrefix("warning") } }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { kept.value.withLock { $0.append("\(event.level): \(event.message)") } }
}
