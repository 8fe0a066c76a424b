import Logging

/// Fetches the objects of some models and tells for each model how that ended.
struct RepositoryTransfer: Sendable {
    let fetcher: ObjectFetcher
    private var models: [String: RemoteModel] = [:]
    /// Digests of the contents that are in the cache.
    private var present: [StoredObject: String] = [:]
    private var missing: [StoredObject] = []

    private(set) var missingBytes: Int64 = 0
    private(set) var objectCount = 0

    init(fetcher: ObjectFetcher) { self.fetcher = fetcher }

    var isEmpty: Bool { models.isEmpty }
    var modelCount: Int { models.count }
    var missingObjects: Int { missing.count }

    mutating func add(_ model: RemoteModel, _ name: String) {
        models[name] = model
        for (_, object) in model.objects.sorted(by: { $0.key < $1.key }) {
            objectCount += 1
            if let digest = fetcher.cached(object) {
                present[object] = digest
            } else {
                missing.append(object)
                missingBytes += object.size
            }
        }
    }

    /// Returns when every object has come or failed.
    func run(logger: Logger) async -> [String: Result<ModelManifest, StoreError>] {
        let reporter = TransferReporter(meter: fetcher.meter, logger: logger)
        fetcher.meter.begin(objects: missing.count, bytes: missingBytes)
        let reporting = missing.isEmpty ? nil : Task { await reporter.run() }
        defer { reporting?.cancel() }
        let fetched = await fetchMissing()
        return models.mapValues { model in
            var manifest = ModelManifest(directories: model.directories)
            for (path, object) in model.objects {
                let digest: String
                switch fetched[object] {
                case .success(let fetched)?: digest = fetched
                case .failure(let error)?: return .failure(error)
                case nil:
                    guard let there = present[object] else { return .failure(.cancelled) }
                    digest = there
                }
                manifest.files[path] = .init(size: object.size, entityTag: object.entityTag, digest: digest)
            }
            return .success(manifest)
        }
    }

    private func fetchMissing() async -> [StoredObject: Result<String, StoreError>] {
        await withTaskGroup(of: (StoredObject, Result<String, StoreError>).self) { group in
            var results: [StoredObject: Result<String, StoreError>] = [:]
            var rest = missing[...]
            // A few more than may run, so that one is always ready when a request ends.
            for object in rest.prefix(fetcher.client.limits.parallelRequests * 2) {
                group.addTask { await fetch(object) }
            }
            rest = rest.dropFirst(fetcher.client.limits.parallelRequests * 2)
            for await (object, result) in group {
                results[object] = result
                if !Task.isCancelled, let next = rest.popFirst() { group.addTask { await fetch(next) } }
            }
            return results
        }
    }

    private func fetch(_ object: StoredObject) async -> (StoredObject, Result<String, StoreError>) {
        defer { fetcher.meter.endObject() }
        do throws(StoreError) {
            return (object, .success(try await fetcher.fetch(object)))
        } catch {
            return (object, .failure(error))
        }
    }
}
