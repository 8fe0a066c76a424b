/// One server's part of the cache: the trees that its models are read from. Those of servers that have ended are removed
/// by the next one that starts.
final class CacheSession: Sendable {
    let directory: String
    /// Marks the session as alive; the system gives it back when the process ends in whatever way.
    private let lock: FileLock

    init(in cache: ObjectCache) throws(StoreError) {
        let sessions = "\(cache.directory)/sessions"
        let guardian = try cache.lock(.exclusive)
        for name in CacheFile.names(in: sessions) {
            let path = "\(sessions)/\(name)"
            guard let lock = try FileLock.tryExclusive("\(path)/lock") else { continue }
            CacheFile.removeTree(path)
            withExtendedLifetime(lock) {}
        }
        directory = "\(sessions)/\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        for name in ["repositories", "incoming"] { try CacheFile.makeDirectory("\(directory)/\(name)") }
        guard let lock = try FileLock.tryExclusive("\(directory)/lock") else {
            throw StoreError(.local, "the new directory '\(directory)' is locked by somebody else")
        }
        self.lock = lock
        withExtendedLifetime(guardian) {}
    }

    deinit { CacheFile.removeTree(directory) }

    /// Where the models of a repository are read from.
    func repositoryPath(_ index: Int) -> String { "\(directory)/repositories/\(index)" }

    /// Where parts of models are put together, and put away.
    var incomingPath: String { "\(directory)/incoming" }
}
