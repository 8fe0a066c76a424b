import Crypto

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Contents of objects on the local disk, named by their SHA-256. Several processes may share one.
///
/// Below its directory:
/// - `contents/ab/abcd...`: contents, which nobody changes;
/// - `index/cd/cdef...`: for each object (store, bucket, key, entity tag, size) the digest of its content; its time is
///   that of the last use;
/// - `partial/`: downloads that have not ended, which are gone on with;
/// - `repositories/`: what was last put in place of each repository, for a start without the store;
/// - `sessions/`: for each running server the trees that its models are read from, which are links to contents.
struct ObjectCache: Sendable {
    let directory: String

    /// Makes the directories that are missing.
    init(directory: String) throws(StoreError) {
        self.directory = directory
        for name in ["contents", "index", "partial", "repositories", "sessions"] {
            try CacheFile.makeDirectory("\(directory)/\(name)")
        }
    }

    /// Held shared while contents are brought in or linked to, exclusively while some are removed.
    func lock(_ mode: FileLock.Mode) throws(StoreError) -> FileLock { try FileLock.wait("\(directory)/lock", mode) }

    // MARK: Objects

    /// Names one object with one content.
    ///
    /// - Parameter store: the store and the bucket.
    static func identifier(of object: StoredObject, in store: String) -> String {
        let text = [store, object.key, object.entityTag, String(object.size)].joined(separator: "\n")
        return SignatureV4.hexadecimal(SHA256.hash(data: Array(text.utf8)))
    }

    static func isDigest(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    func contentPath(_ digest: String) -> String { "\(directory)/contents/\(digest.prefix(2))/\(digest)" }

    func hasContent(_ digest: String, size: Int64) -> Bool { CacheFile.size(of: contentPath(digest)) == size }

    /// The digest of an object's content, if that is there in full; counts as a use.
    func digest(of identifier: String, size: Int64) -> String? {
        let path = indexPath(identifier)
        guard let digest = CacheFile.text(of: path, limit: 64), Self.isDigest(digest), hasContent(digest, size: size)
        else { return nil }
        CacheFile.touch(path)
        return digest
    }

    /// Moves a finished file in as the content of an object.
    func store(_ path: String, digest: String, identifier: String) throws(StoreError) {
        let lock = try lock(.shared)
        defer { withExtendedLifetime(lock) {} }
        let content = contentPath(digest)
        try CacheFile.makeDirectory("\(directory)/contents/\(digest.prefix(2))")
        try CacheFile.makeDirectory("\(directory)/index/\(identifier.prefix(2))")
        // Another object may have brought the same content; one that is in use keeps its file.
        if CacheFile.size(of: content) == CacheFile.size(of: path) {
            CacheFile.remove(path)
        } else {
            try CacheFile.rename(path, to: content)
        }
        try CacheFile.replace(indexPath(identifier), with: digest)
    }

    func partialPath(_ identifier: String, _ suffix: String) -> String {
        "\(directory)/partial/\(identifier).\(suffix)"
    }

    func recordPath(_ repository: String) -> String {
        let name = SignatureV4.hexadecimal(SHA256.hash(data: Array(repository.utf8)))
        return "\(directory)/repositories/\(name)"
    }

    private func indexPath(_ identifier: String) -> String {
        "\(directory)/index/\(identifier.prefix(2))/\(identifier)"
    }

    // MARK: Room

    /// Removes contents that no running server uses until the rest fits `limit`. Returns the bytes that remain.
    func evict(limit: Int64) throws(StoreError) -> Int64 {
        let lock = try lock(.exclusive)
        defer { withExtendedLifetime(lock) {} }
        let inUse = digestsInUse()
        var lastUses: [String: Int64] = [:]
        var identifiers: [String: [String]] = [:]
        for path in paths(below: "\(directory)/index") {
            guard let digest = CacheFile.text(of: path, limit: 64) else { continue }
            lastUses[digest] = max(lastUses[digest] ?? 0, CacheFile.changeTime(of: path) ?? 0)
            identifiers[digest, default: []].append(path)
        }
        let contents = paths(below: "\(directory)/contents").compactMap { path -> EvictionPlan.Content? in
            guard let digest = path.split(separator: "/").last.map(String.init) else { return nil }
            return EvictionPlan.Content(
                digest: digest, size: CacheFile.size(of: path) ?? 0, lastUse: lastUses[digest] ?? 0,
                isInUse: inUse.contains(digest))
        }
        let plan = EvictionPlan(contents, limit: limit)
        for digest in plan.leaving {
            for path in identifiers[digest] ?? [] { CacheFile.remove(path) }
            CacheFile.remove(contentPath(digest))
        }
        return plan.remaining
    }

    /// Removes downloads that nobody has gone on with for `age` seconds.
    func removePartials(olderThan age: Int64) {
        let partial = "\(directory)/partial"
        let now = Int64(time(nil))
        for name in CacheFile.names(in: partial) where !name.hasSuffix(".lock") {
            let path = "\(partial)/\(name)"
            guard let changed = CacheFile.changeTime(of: path), now - changed > age else { continue }
            let identifier = name.prefix { $0 != "." }
            let lock = try? FileLock.tryExclusive("\(partial)/\(identifier).lock")
            guard lock != nil else { continue }
            CacheFile.remove(path)
            CacheFile.remove("\(partial)/\(identifier).lock")
            withExtendedLifetime(lock) {}
        }
    }

    private func digestsInUse() -> Set<String> {
        var digests: Set<String> = []
        var pending = ["\(directory)/sessions"]
        while let path = pending.popLast() {
            if CacheFile.isDirectory(path) {
                pending += CacheFile.names(in: path).map { path + "/" + $0 }
            } else if let digest = CacheFile.target(ofLink: path)?.split(separator: "/").last {
                digests.insert(String(digest))
            }
        }
        return digests
    }

    private func paths(below directory: String) -> [String] {
        CacheFile.names(in: directory).flatMap { part in
            CacheFile.names(in: "\(directory)/\(part)").map { "\(directory)/\(part)/\($0)" }
        }
    }
}
