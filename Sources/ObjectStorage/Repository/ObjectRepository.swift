import InferenceTypes
import Logging
import Synchronization

/// One model repository in an object store: lists it, fetches what is new, and keeps its tree of models.
final class ObjectRepository: Sendable {
    struct State: Sendable {
        /// Names in the store, as last listed.
        var names: Set<String> = []
        /// Complete states that may be put in place.
        var fetched: [String: ModelManifest] = [:]
        /// What lies in the tree.
        var placed: [String: ModelManifest] = [:]
        /// Empty directories that show names only.
        var shown: Set<String> = []
        var failures: [String: ServingError] = [:]
        /// Set while nothing is known of the repository.
        var error: ServingError?
        var isAway = false
        /// For each model the number of the latest look at the store that told about it.
        var lookNumbers: [String: UInt64] = [:]
        var looks: UInt64 = 0
        var hasChanged = false
        /// Models about which a warning was given, so that a poll does not repeat it.
        var warned: Set<String> = []
        /// The same for the listing as a whole.
        var listingWarning = ""
    }

    let url: RepositoryURL
    let client: ObjectStoreClient
    let fetcher: ObjectFetcher
    let tree: ModelTree
    /// Whether names without files are shown: where models are fetched one by one when they are asked for.
    let showsNames: Bool
    let logger: Logger
    let state = Mutex(State())

    init(
        client: ObjectStoreClient, fetcher: ObjectFetcher, tree: ModelTree, showsNames: Bool, logger: Logger
    ) {
        url = client.url
        self.client = client
        self.fetcher = fetcher
        self.tree = tree
        self.showsNames = showsNames
        self.logger = logger
    }

    // MARK: Fetching

    /// Looks at the store and fetches; everything that goes wrong ends up in the state.
    func fetch(_ names: Set<String>?) async {
        for round in 1... {
            let look = state.withLock { state in
                state.looks += 1
                return state.looks
            }
            let models: [String: RemoteModel]
            do throws(StoreError) {
                models = try await list(names, look: look)
            } catch {
                return noteListingFailure(error, names)
            }
            let changed = await fetch(models, look: look, isLastRound: round == 3)
            guard changed, round < 3 else { return }
        }
    }

    /// Lists all models, or the names of all and the objects of some.
    private func list(_ names: Set<String>?, look: UInt64) async throws(StoreError) -> [String: RemoteModel] {
        var listing = RepositoryListing(url: url, limits: client.limits)
        if let names {
            try await listing.read(client, prefix: url.keyPrefix, isFlat: false)
            for name in names.sorted() where listing.names.contains(name) {
                try await listing.read(client, prefix: url.keyPrefix + name + "/", isFlat: true)
            }
        } else {
            try await listing.read(client, prefix: url.keyPrefix, isFlat: true)
        }
        var models = RemoteModel.models(of: listing.objects, below: url.keyPrefix)
        let present = names == nil ? Set(models.keys) : listing.names
        // A bucket without versions of the API answers with nothing for a model that was removed meanwhile.
        for name in names ?? [] where present.contains(name) && models[name] == nil { models[name] = RemoteModel() }
        let isEmpty = present.isEmpty
        let (isBack, isNewlyEmpty) = state.withLock { state in
            defer {
                state.isAway = false
                state.listingWarning = isEmpty ? Self.noModels : ""
            }
            state.names = present
            state.error = nil
            for name in state.fetched.keys where !present.contains(name) { state.fetched[name] = nil }
            for name in state.failures.keys where !present.contains(name) { state.failures[name] = nil }
            return (state.isAway, isEmpty && state.listingWarning != Self.noModels)
        }
        if isNewlyEmpty { logger.warning("\(url.text): \(Self.noModels)") }
        if isBack { logger.info("\(url.text): the store answers again") }
        return models
    }

    /// Fetches what is new of some models. Returns whether an object changed meanwhile, so that it is worth another look.
    private func fetch(_ models: [String: RemoteModel], look: UInt64, isLastRound: Bool) async -> Bool {
        let known = state.withLock { state in
            for name in models.keys { state.lookNumbers[name] = max(state.lookNumbers[name] ?? 0, look) }
            return state.fetched
        }
        var work = RepositoryTransfer(fetcher: fetcher)
        for (name, model) in models {
            if let fault = model.fault {
                noteFailure(StoreError(.malformed, "\(url.text): \(fault)"), of: name, look)
            } else if known[name]?.matches(model) == true {
                noteSuccess(nil, of: name, look)
            } else {
                work.add(model, name)
            }
        }
        guard !work.isEmpty else { return false }
        announce(work)
        let began = ContinuousClock.now
        let results = await work.run(logger: logger)
        var hasChanged = false
        var failures = 0
        for (name, result) in results {
            switch result {
            case .success(let manifest): noteSuccess(manifest, of: name, look)
            case .failure(let error) where error.kind == .changed && !isLastRound: hasChanged = true
            case .failure(let error):
                failures += 1
                noteFailure(error, of: name, look)
            }
        }
        if work.missingObjects > 0, failures == 0, !hasChanged {
            logger.info(
                "\(url.text): fetched \(work.missingObjects) objects in \(TransferText.seconds(ContinuousClock.now - began))"
            )
        }
        return hasChanged
    }

    private func announce(_ work: RepositoryTransfer) {
        let models = work.modelCount == 1 ? "1 new model" : "\(work.modelCount) new models"
        guard work.missingObjects > 0 else {
            logger.info("\(url.text): \(models), all of it in the cache")
            return
        }
        logger.info(
            "\(url.text): \(models), \(work.objectCount) objects, of which \(work.missingObjects) have to be fetched: \(TransferText.bytes(work.missingBytes))"
        )
    }

    // MARK: What came of it

    /// - Parameter manifest: `nil` for a model that is as it was.
    private func noteSuccess(_ manifest: ModelManifest?, of name: String, _ look: UInt64) {
        state.withLock { state in
            guard state.lookNumbers[name] ?? 0 <= look else { return }
            state.failures[name] = nil
            state.warned.remove(name)
            if let manifest { state.fetched[name] = manifest }
        }
    }

    /// What was complete before stays; only a model that has nothing else, or that somebody asked for, has failed.
    private func noteFailure(_ error: StoreError, of name: String, _ look: UInt64) {
        guard error.kind != .cancelled else { return }
        let earlier = error.kind == .away ? recorded()[name] : nil
        let stands = state.withLock { state in
            guard state.lookNumbers[name] ?? 0 <= look else { return true }
            if state.fetched[name] == nil, let earlier { state.fetched[name] = earlier }
            let stands = state.fetched[name] != nil && (error.kind == .away || !showsNames)
            state.failures[name] = stands ? nil : error.servingError
            return stands && state.warned.insert(name).inserted == false
        }
        guard !stands else { return }
        if state.withLock({ $0.failures[name] == nil }) {
            logger.warning("model '\(name)' stays as it was: \(error.message)")
        }
    }

    private func noteListingFailure(_ error: StoreError, _ names: Set<String>?) {
        guard error.kind != .cancelled else { return }
        let record = error.kind == .away ? recorded() : [:]
        let (isNews, isKnown) = state.withLock { state in
            let isNews = !state.isAway
            if error.kind == .away {
                state.isAway = true
                for (name, manifest) in record where state.fetched[name] == nil {
                    guard names?.contains(name) ?? true else { continue }
                    state.fetched[name] = manifest
                }
                state.names.formUnion(record.keys)
            }
            let isKnown = !state.names.isEmpty
            if !isKnown { state.error = error.servingError }
            for name in names ?? [] where state.fetched[name] == nil || error.kind != .away {
                state.failures[name] = error.servingError
            }
            return (isNews, isKnown)
        }
        guard isKnown else { return }
        if error.kind != .away {
            guard state.withLock({ $0.listingWarning != error.message }) else { return }
            state.withLock { $0.listingWarning = error.message }
            logger.warning("\(error.message); the models stay as they are")
        } else if isNews {
            logger.warning("\(error.message); its models are served from the cache until it answers again")
        }
    }

    private static let noModels = "there are no models at this place; check the bucket and the path"

    /// The models of an earlier run whose contents are all in the cache still.
    private func recorded() -> [String: ModelManifest] {
        guard let text = CacheFile.text(of: tree.cache.recordPath(url.text), limit: 256 << 20),
            let record = RepositoryRecord(parsing: text)
        else { return [:] }
        return record.models.filter { _, manifest in
            manifest.files.values.allSatisfy { tree.cache.hasContent($0.digest, size: $0.size) }
        }
    }
}
