import NIOCore

/// Brings objects of one bucket into the cache: in parts that run in parallel, that go on where they were cut off, in
/// this process or an earlier one, and that are verified before they count.
struct ObjectFetcher: Sendable {
    let client: ObjectStoreClient
    let cache: ObjectCache
    let connections: StoreConnections
    let slots: RequestSlots
    let meter: TransferMeter

    /// What is in the cache already.
    func cached(_ object: StoredObject) -> String? {
        cache.digest(of: ObjectCache.identifier(of: object, in: client.identity), size: object.size)
    }

    /// Fetches one object; returns the SHA-256 of its content.
    func fetch(_ object: StoredObject) async throws(StoreError) -> String {
        let identifier = ObjectCache.identifier(of: object, in: client.identity)
        let lock = try await lock(identifier)
        defer { withExtendedLifetime(lock) {} }
        // Another server may have brought it in the meantime.
        if let digest = cache.digest(of: identifier, size: object.size) {
            meter.add(bytes: object.size)
            return digest
        }
        do throws(StoreError) {
            return try await fetch(object, as: identifier)
        } catch  where error.kind == .malformed {
            // Damage of the moment: once more, from nothing.
            discardParts(of: object, identifier)
            return try await fetch(object, as: identifier)
        }
    }

    private func fetch(_ object: StoredObject, as identifier: String) async throws(StoreError) -> String {
        let ranges = Self.ranges(size: object.size, partBytes: client.limits.partBytes)
        let result = await withTaskGroup(of: Result<Bool, StoreError>.self) { group in
            for (index, range) in ranges.enumerated() {
                group.addTask {
                    do throws(StoreError) {
                        return .success(try await fetchPart(of: object, range, into: partPath(identifier, index)))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var result = Result<Bool, StoreError>.success(false)
            for await part in group {
                switch (result, part) {
                case (.failure, _), (_, .success(false)): break
                case (.success, .success(true)): result = part
                case (.success, .failure):
                    result = part
                    group.cancelAll()
                }
            }
            return result
        }
        if case .failure(let error) = result, error.kind == .changed { discardParts(of: object, identifier) }
        let isEncrypted = try result.get()
        return try await connections.onFileThread { () throws(StoreError) in
            try assemble(
                object, identifier, partCount: ranges.count, expectedMD5: isEncrypted ? nil : object.contentMD5)
        }
    }

    /// Whole objects up to a size, then parts of that size. Never empty.
    static func ranges(size: Int64, partBytes: Int64) -> [Range<Int64>] {
        guard size > partBytes, partBytes > 0 else { return [0..<max(size, 0)] }
        return stride(from: 0, to: size, by: Int64.Stride(partBytes)).map { $0..<min($0 + partBytes, size) }
    }

    // MARK: Parts

    /// Returns what `ObjectStoreClient.read` does.
    private func fetchPart(
        of object: StoredObject, _ range: Range<Int64>, into path: String
    ) async throws(StoreError) -> Bool {
        await slots.take()
        defer { slots.give() }
        if let size = CacheFile.size(of: path), size > range.upperBound - range.lowerBound { CacheFile.remove(path) }
        let file = try AppendingFile(path)
        var position = range.lowerBound + (CacheFile.size(of: path) ?? 0)
        meter.add(bytes: position - range.lowerBound)
        var failures = 0
        var isEncrypted = false
        while position < range.upperBound {
            guard !Task.isCancelled else { throw .cancelled }
            let before = position
            do throws(ObjectStoreClient.AttemptFailure) {
                isEncrypted = try await client.read(object, position..<range.upperBound) { buffer throws(StoreError) in
                    try file.append(buffer)
                    position += Int64(buffer.readableBytes)
                    meter.add(bytes: Int64(buffer.readableBytes))
                }
            } catch {
                failures = position > before ? 1 : failures + 1
                try await client.pause(after: error, failures: failures)
            }
        }
        return isEncrypted
    }

    /// Joins the parts, checks the whole, and lets it count.
    private func assemble(
        _ object: StoredObject, _ identifier: String, partCount: Int, expectedMD5: String?
    ) throws(StoreError) -> String {
        var digest = ContentDigest()
        var path = partPath(identifier, 0)
        if partCount == 1 {
            try digest.update(contentsOf: path)
            try AppendingFile(path).finish()
        } else {
            path = cache.partialPath(identifier, "whole")
            CacheFile.remove(path)
            let whole = try AppendingFile(path)
            for index in 0..<partCount {
                try digest.update(contentsOf: partPath(identifier, index)) { bytes throws(StoreError) in
                    try whole.append(bytes)
                }
            }
            try whole.finish()
        }
        guard digest.size == object.size else {
            CacheFile.remove(path)
            throw damaged(object, "it has \(digest.size) bytes instead of \(object.size)")
        }
        if let expected = expectedMD5, digest.md5Text != expected {
            CacheFile.remove(path)
            throw damaged(object, "its MD5 is \(digest.md5Text), not \(expected) as its ETag says")
        }
        let sha256 = digest.sha256Text
        try cache.store(path, digest: sha256, identifier: identifier)
        for index in 0..<partCount { CacheFile.remove(partPath(identifier, index)) }
        CacheFile.remove(cache.partialPath(identifier, "lock"))
        return sha256
    }

    private func partPath(_ identifier: String, _ index: Int) -> String {
        cache.partialPath(identifier, "part\(index)")
    }

    private func discardParts(of object: StoredObject, _ identifier: String) {
        for index in Self.ranges(size: object.size, partBytes: client.limits.partBytes).indices {
            let path = partPath(identifier, index)
            meter.add(bytes: -(CacheFile.size(of: path) ?? 0))
            CacheFile.remove(path)
        }
    }

    private func damaged(_ object: StoredObject, _ what: String) -> StoreError {
        StoreError(
            .malformed, "\(client.url.text): '\(ObjectPath.shown(object.key))' arrived damaged: \(what)")
    }

    /// Waits while another server fetches the same object.
    private func lock(_ identifier: String) async throws(StoreError) -> FileLock {
        let path = cache.partialPath(identifier, "lock")
        while true {
            if let lock = try FileLock.tryExclusive(path) { return lock }
            do {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                throw .cancelled
            }
        }
    }
}
