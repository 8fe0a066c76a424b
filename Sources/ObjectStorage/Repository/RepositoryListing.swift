/// Reads the listings of a repository, within its limits.
struct RepositoryListing {
    let url: RepositoryURL
    let limits: ObjectStoreLimits
    private(set) var objects: [StoredObject] = []
    /// Of models, where only names were listed.
    private(set) var names: Set<String> = []
    private var bytes: Int64 = 0

    init(url: RepositoryURL, limits: ObjectStoreLimits) {
        self.url = url
        self.limits = limits
    }

    /// All pages for one prefix.
    mutating func read(_ client: ObjectStoreClient, prefix: String, isFlat: Bool) async throws(StoreError) {
        var token: String?
        var pages = 0
        repeat {
            let page = try await client.page(prefix: prefix, isFlat: isFlat, after: token)
            if isFlat { try add(page.objects) }
            for commonPrefix in page.commonPrefixes where commonPrefix.hasPrefix(prefix) {
                let name = String(commonPrefix.dropFirst(prefix.count).dropLast())
                if RemoteModel.isModelName(name) { names.insert(name) }
            }
            pages += 1
            guard names.count <= limits.maximumObjects, pages <= limits.maximumObjects else { throw tooMany }
            guard page.continuationToken == nil || page.continuationToken != token else {
                throw StoreError(.malformed, "\(url.text): the store repeats a page of its listing without end")
            }
            token = page.continuationToken
        } while token != nil
    }

    private mutating func add(_ page: [StoredObject]) throws(StoreError) {
        objects += page
        guard objects.count <= limits.maximumObjects else { throw tooMany }
        for object in page {
            let (sum, isOver) = bytes.addingReportingOverflow(object.size)
            guard !isOver, sum <= limits.maximumBytes else {
                throw StoreError(
                    .tooLarge,
                    "\(url.text): the repository has more than \(limits.maximumBytes) bytes, the limit of --object-store-max-size"
                )
            }
            bytes = sum
        }
    }

    private var tooMany: StoreError {
        StoreError(
            .tooLarge,
            "\(url.text): the repository has more than \(limits.maximumObjects) objects, the limit of --object-store-max-objects"
        )
    }
}
