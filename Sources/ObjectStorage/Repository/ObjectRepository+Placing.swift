import InferenceTypes
import Logging
import Synchronization

extension ObjectRepository {
    /// Brings the tree to what was fetched. On the thread that reads the repositories.
    func place() -> (failures: [String: ServingError], error: ServingError?) {
        let (names, fetched, placed, shown) = state.withLock { ($0.names, $0.fetched, $0.placed, $0.shown) }
        var placedNow = placed
        var shownNow = shown
        var failures: [String: ServingError] = [:]
        func attempt(_ name: String, _ change: () throws(StoreError) -> Void) {
            do throws(StoreError) {
                try change()
            } catch {
                failures[name] = error.servingError
            }
        }
        // Held so that no content leaves between the look at it and the link to it.
        let lock = try? tree.cache.lock(.shared)
        let wanted = showsNames ? names : Set(fetched.keys).union(names.intersection(placed.keys))
        for name in Set(placed.keys).union(shown).subtracting(wanted) {
            attempt(name) { () throws(StoreError) in
                try tree.remove(name)
                placedNow[name] = nil
                shownNow.remove(name)
            }
        }
        for (name, manifest) in fetched where placed[name] != manifest {
            attempt(name) { () throws(StoreError) in
                try tree.update(name, from: placed[name] ?? ModelManifest(), to: manifest)
                placedNow[name] = manifest
            }
        }
        for name in wanted where showsNames && fetched[name] == nil && (placedNow[name] != nil || !shown.contains(name))
        {
            attempt(name) { () throws(StoreError) in
                if placedNow[name] != nil { try tree.remove(name) }
                placedNow[name] = nil
                try tree.makePlace(for: name)
                shownNow.insert(name)
            }
        }
        withExtendedLifetime(lock) {}
        let (result, error, record) = state.withLock { state in
            // A content that has left the cache is fetched anew the next time.
            for name in failures.keys { state.fetched[name] = nil }
            let hasChanged = state.placed != placedNow
            state.placed = placedNow
            state.shown = shownNow
            state.hasChanged = state.hasChanged || hasChanged
            return (
                state.failures.merging(failures) { own, _ in own }, state.error,
                hasChanged ? RepositoryRecord(models: placedNow) : nil
            )
        }
        if let record { save(record) }
        return (result, error)
    }

    /// Gives up the files of models that were asked for once and are not in use any more. Their names stay.
    func release(except used: Set<String>) {
        guard showsNames else { return }
        state.withLock { state in
            for name in state.fetched.keys where !used.contains(name) { state.fetched[name] = nil }
        }
    }

    /// Whether something was put in place since the last call.
    func takeHasChanged() -> Bool {
        state.withLock { state in
            defer { state.hasChanged = false }
            return state.hasChanged
        }
    }

    /// Models that were put in place earlier stay in the record as long as the store has them.
    private func save(_ record: RepositoryRecord) {
        let path = tree.cache.recordPath(url.text)
        var record = record
        if showsNames, let text = CacheFile.text(of: path, limit: 256 << 20),
            let earlier = RepositoryRecord(parsing: text)
        {
            let names = state.withLock { $0.names }
            for (name, manifest) in earlier.models where record.models[name] == nil && names.contains(name) {
                record.models[name] = manifest
            }
        }
        do throws(StoreError) {
            try CacheFile.replace(path, with: record.text)
        } catch {
            logger.warning("a start without the store will not be possible: \(error.message)")
        }
    }
}
