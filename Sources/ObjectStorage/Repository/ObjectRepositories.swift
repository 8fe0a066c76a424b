public import InferenceTypes
public import Logging
public import ModelRepository
import Synchronization

/// The model repositories of one server that are in object stores, mirrored into directories.
public final class ObjectRepositories: RemoteModelRepositories {
    private struct Running {
        var isStopped = false
        var fetches: [UInt64: Task<Void, Never>] = [:]
        var count: UInt64 = 0
        /// When names were asked for last.
        var nameLook: ContinuousClock.Instant?
    }

    /// How far fetching is.
    public let meter = TransferMeter()
    private let repositories: [ObjectRepository]
    private let paths: [String: String]
    private let connections: StoreConnections
    private let cache: ObjectCache
    private let session: CacheSession
    private let limits: ObjectStoreLimits
    private let logger: Logger
    private let running = Mutex(Running())
    /// Bytes that were left when room was made last; more than the limit is told once.
    private let isOverfull = Mutex(false)

    /// Reads credentials and makes the cache's directories; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - locations: repository paths as the user wrote them.
    ///   - cacheDirectory: made if needed; may be shared with other servers.
    ///   - showsNames: models are fetched when they are asked for, and the others are known by name.
    /// - Throws: one sentence on what is wrong with a path, the credentials, or the directory.
    public init(
        _ locations: [String], cacheDirectory: String, environment: StoreEnvironment, limits: ObjectStoreLimits,
        showsNames: Bool, logger: Logger
    ) throws(ServingError) {
        self.limits = limits
        self.logger = logger
        var places: [(url: RepositoryURL, settings: StoreSettings)] = []
        for location in locations {
            let url = try RepositoryURL(parsing: location)
            places.append((url, try StoreSettings(for: url, path: location, in: environment)))
        }
        do throws(StoreError) {
            cache = try ObjectCache(directory: cacheDirectory)
            session = try CacheSession(in: cache)
        } catch {
            throw error.servingError
        }
        connections = StoreConnections(
            limits: limits, trustedCertificates: places.lazy.compactMap(\.settings.trustedCertificates).first)
        let slots = RequestSlots(limits.parallelRequests)
        var paths: [String: String] = [:]
        var repositories: [ObjectRepository] = []
        for (index, place) in places.enumerated() {
            let client = ObjectStoreClient(
                url: place.url, settings: place.settings, limits: limits, http: connections.http)
            let fetcher = ObjectFetcher(
                client: client, cache: cache, connections: connections, slots: slots, meter: meter)
            let tree = ModelTree(
                directory: session.repositoryPath(index), incoming: session.incomingPath, cache: cache)
            do throws(StoreError) {
                try CacheFile.makeDirectory(tree.directory)
            } catch {
                throw error.servingError
            }
            paths[locations[index]] = tree.directory
            repositories.append(
                ObjectRepository(client: client, fetcher: fetcher, tree: tree, showsNames: showsNames, logger: logger))
            let identity = place.settings.credentials.map(\.description) ?? "no credentials"
            logger.debug("\(place.url.text): by \(place.settings.endpoint.text), \(identity)")
        }
        self.paths = paths
        self.repositories = repositories
        cache.removePartials(olderThan: 14 * 86400)
    }

    /// The directory that stands for a repository path given to `init`; other paths stand for themselves.
    public func localPath(of location: String) -> String { paths[location] ?? location }

    public func fetch(_ names: Set<String>?, used: Set<String>) async {
        guard names?.isEmpty == true else { return await fetch(names, used) }
        let before = running.withLock { running in
            let before = running.nameLook
            if before.map({ ContinuousClock.now - $0 > Self.nameInterval }) ?? true { running.nameLook = .now }
            return before
        }
        guard let before else { return await fetch(names, used) }
        guard ContinuousClock.now - before > Self.nameInterval else { return }
        // Names are asked for by clients, who do not wait for a store that is slow or away.
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        Task {
            await fetch(names, used)
            continuation.finish()
        }
        Task {
            try? await Task.sleep(for: Self.nameInterval)
            continuation.finish()
        }
        for await _ in ended {}
    }

    private static let nameInterval = Duration.seconds(2)

    private func fetch(_ names: Set<String>?, _ used: Set<String>) async {
        let task = running.withLock { running -> (id: UInt64, task: Task<Void, Never>)? in
            guard !running.isStopped else { return nil }
            running.count += 1
            let task = Task { [repositories] in
                await withTaskGroup(of: Void.self) { group in
                    for repository in repositories {
                        if let names { repository.release(except: used.union(names)) }
                        group.addTask { await repository.fetch(names) }
                    }
                }
            }
            running.fetches[running.count] = task
            return (running.count, task)
        }
        guard let task else { return }
        await withTaskCancellationHandler {
            await task.task.value
        } onCancel: {
            task.task.cancel()
        }
        running.withLock { running in
            _ = running.fetches.removeValue(forKey: task.id)
        }
    }

    public func place() -> RemotePlacement {
        var placement = RemotePlacement()
        var hasChanged = false
        for repository in repositories {
            let (failures, error) = repository.place()
            placement.failures.merge(failures) { own, _ in own }
            placement.repositoryError = placement.repositoryError ?? error
            hasChanged = repository.takeHasChanged() || hasChanged
        }
        if hasChanged { makeRoom() }
        return placement
    }

    public func stop() {
        let tasks = running.withLock { running in
            running.isStopped = true
            return Array(running.fetches.values)
        }
        for task in tasks { task.cancel() }
    }

    /// Ends connections and threads, and removes the directories that models were read from; for the end of the process.
    public func close() async {
        stop()
        await connections.close()
        CacheFile.removeTree(session.directory)
    }

    private func makeRoom() {
        do throws(StoreError) {
            let remaining = try cache.evict(limit: Int64(limits.cacheBytes))
            let isOver = remaining > limits.cacheBytes
            let wasOver = isOverfull.withLock { isOverfull in
                defer { isOverfull = isOver }
                return isOverfull
            }
            if isOver, !wasOver {
                logger.warning(
                    "the cache of object stores holds \(TransferText.bytes(remaining)), all of it in use: more than --object-store-cache-size"
                )
            }
        } catch {
            logger.warning("\(error.message)")
        }
    }
}
