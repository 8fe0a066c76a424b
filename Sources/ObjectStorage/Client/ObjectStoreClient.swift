import AsyncHTTPClient
import InferenceTypes
import NIOCore
import NIOHTTP1
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lists and reads the objects of one bucket. Buckets are addressed by path, as Triton does it.
///
/// Every request has a time limit; what failed for a reason that may pass is tried again. Redirects are not followed,
/// but a bucket in another region of Amazon is found.
final class ObjectStoreClient: Sendable {
    /// Where requests go; changes when the store says that the bucket is in another region.
    private struct Place: Sendable {
        var endpoint: RepositoryURL.Endpoint
        var region: String
    }

    /// How one attempt ended that brought nothing.
    enum AttemptFailure: Error {
        case final(StoreError)
        /// It may be tried again, after what the store asked for.
        case passing(StoreError, retryAfter: Duration?)
        /// The bucket is in another region, which is known now.
        case moved
    }

    let url: RepositoryURL
    let limits: ObjectStoreLimits
    private let settings: StoreSettings
    private let http: HTTPClient
    private let place: Mutex<Place>
    private let delay = RetryDelay()

    init(url: RepositoryURL, settings: StoreSettings, limits: ObjectStoreLimits, http: HTTPClient) {
        self.url = url
        self.limits = limits
        self.settings = settings
        self.http = http
        place = Mutex(Place(endpoint: settings.endpoint, region: settings.region))
    }

    /// Names the store and the bucket: where an object comes from.
    var identity: String { "\(settings.endpoint.text)/\(url.bucket)" }

    // MARK: Listing

    /// One page of the keys that begin with `prefix`, in order.
    ///
    /// - Parameter isFlat: false folds everything after the next slash into a common prefix.
    func page(prefix: String, isFlat: Bool, after token: String?) async throws(StoreError) -> ListPage {
        var query = [("list-type", "2"), ("prefix", prefix), ("max-keys", "1000")]
        if !isFlat { query.append(("delimiter", "/")) }
        if let token { query.append(("continuation-token", token)) }
        let body = try await retrying { () async throws(AttemptFailure) -> [UInt8] in
            let response = try await self.send(path: "/\(self.url.bucket)", query: query, [], within: .seconds(120))
            guard response.status == .ok else { throw await self.fault(response, "list '\(prefix)'") }
            return try await self.bytes(of: response, limit: Self.maximumPageBytes)
        }
        do throws(XMLReader.Failure) {
            return try ListPage(parsing: body)
        } catch {
            throw StoreError(
                .malformed, "\(url.text): the answer to a listing cannot be read: \(error.message); is it an S3 store?")
        }
    }

    // MARK: Reading

    /// Reads bytes of an object until its end or the connection's, and gives them to `sink` as they come.
    ///
    /// One attempt: the caller knows how far it came and goes on from there.
    ///
    /// - Returns: whether the object is encrypted with a key of its own, so that its entity tag is not its MD5.
    /// - Throws: what `sink` throws too.
    func read(
        _ object: StoredObject, _ range: Range<Int64>,
        into sink: (ByteBuffer) throws(StoreError) -> Void
    ) async throws(AttemptFailure) -> Bool {
        var headers = [("If-Match", "\"\(Self.bare(object.entityTag))\"")]
        let isWhole = range == 0..<object.size
        if !isWhole { headers.append(("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")) }
        // Slower than 64 kB/s over all is as good as away.
        let limit = Duration.seconds(120) + .milliseconds((range.upperBound - range.lowerBound) / 64)
        let path = "/\(url.bucket)/" + PercentEncoding.encode(object.key, keepsSlashes: true)
        let response = try await send(path: path, query: [], headers, within: limit)
        switch response.status {
        case .ok where isWhole: break
        case .partialContent:
            guard
                response.headers.first(name: "content-range")?.hasPrefix(
                    "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(object.size)") == true
            else { throw .final(malformed(object, "the answer holds another range than the one asked for")) }
        case .ok: throw .final(malformed(object, "the store does not answer with the range asked for"))
        case .preconditionFailed, .notFound, .rangeNotSatisfiable: throw .final(changed(object))
        default: throw await fault(response, "read '\(ObjectPath.shown(object.key))'")
        }
        if let tag = response.headers.first(name: "etag"), Self.bare(tag) != Self.bare(object.entityTag) {
            throw .final(changed(object))
        }
        var expected = range.upperBound - range.lowerBound
        do {
            for try await buffer in response.body {
                guard Int64(buffer.readableBytes) <= expected else {
                    throw AttemptFailure.final(malformed(object, "the store sends more than \(object.size) bytes"))
                }
                expected -= Int64(buffer.readableBytes)
                try sink(buffer)
            }
        } catch let error as AttemptFailure {
            throw error
        } catch let error as StoreError {
            throw .final(error)
        } catch {
            throw passing(error)
        }
        guard expected == 0 else {
            throw .passing(malformed(object, "the body ends \(expected) bytes too early"), retryAfter: nil)
        }
        let encryption = response.headers.first(name: "x-amz-server-side-encryption")
        return encryption?.hasPrefix("aws:kms") == true
            || response.headers.contains(name: "x-amz-server-side-encryption-customer-algorithm")
    }

    /// Waits before the next attempt. `failures` counts those in a row that brought nothing.
    ///
    /// - Throws: the cause, if it was the last attempt or waiting is of no use.
    func pause(after failure: AttemptFailure, failures: Int) async throws(StoreError) {
        switch failure {
        case .final(let error): throw error
        case .moved:
            guard failures <= 2 else {
                throw StoreError(.malformed, "\(url.text): the store sends requests from region to region")
            }
        case .passing(let error, let asked):
            guard failures <= limits.retryCount else { throw error }
            do {
                try await Task.sleep(for: delay.before(attempt: failures, asked: asked))
            } catch {
                throw .cancelled
            }
        }
    }

    private func retrying<Value: Sendable>(
        _ attempt: () async throws(AttemptFailure) -> Value
    ) async throws(StoreError) -> Value {
        var failures = 0
        while true {
            do throws(AttemptFailure) {
                return try await attempt()
            } catch {
                failures += 1
                try await pause(after: error, failures: failures)
            }
        }
    }

    // MARK: One request

    private func send(
        path: String, query: [(name: String, value: String)], _ headers: [(String, String)], within limit: Duration
    ) async throws(AttemptFailure) -> HTTPClientResponse {
        let place = place.withLock { $0 }
        let queryText = SignatureV4.queryText(query)
        var request = HTTPClientRequest(url: place.endpoint.text + path + (queryText.isEmpty ? "" : "?" + queryText))
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Host", value: place.endpoint.authority)
        if let credentials = settings.credentials {
            let now = SigningTime(secondsSinceEpoch: Int64(time(nil)))
            var signed = [("Host", place.endpoint.authority), ("x-amz-date", now.text)]
            signed.append(("x-amz-content-sha256", SignatureV4.emptyPayloadHash))
            if let token = credentials.sessionToken { signed.append(("x-amz-security-token", token)) }
            let signer = SignatureV4(credentials: credentials, region: place.region)
            let authorization = signer.authorization(for: .init(path: path, query: query, headers: signed), at: now)
            for (name, value) in signed.dropFirst() { request.headers.add(name: name, value: value) }
            request.headers.add(name: "Authorization", value: authorization)
        }
        do {
            return try await http.execute(request, timeout: TimeAmount(limit))
        } catch {
            throw passing(error)
        }
    }

    private func bytes(of response: HTTPClientResponse, limit: Int) async throws(AttemptFailure) -> [UInt8] {
        do {
            return Array(buffer: try await response.body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw .final(StoreError(.malformed, "\(url.text): an answer is longer than \(limit) bytes"))
        } catch {
            throw passing(error)
        }
    }

    /// What an answer says that is not the one hoped for.
    private func fault(_ response: HTTPClientResponse, _ action: String) async -> AttemptFailure {
        let body = (try? await response.body.collect(upTo: Self.maximumFaultBytes)).map { Array(buffer: $0) } ?? []
        let fault = StoreFault(parsing: body)
        let region = response.headers.first(name: "x-amz-bucket-region") ?? fault.region
        if StoreSettings.isRegion(region), move(to: region) { return .moved }
        let error = StoreFaultText(url: url, settings: settings).error(
            status: Int(response.status.code), fault: fault, action: action)
        guard error.kind == .away else { return .final(error) }
        let asked = response.headers.first(name: "retry-after").flatMap { Int64($0) }
        return .passing(error, retryAfter: asked.map { .seconds(min(max($0, 0), 3600)) })
    }

    /// Returns whether requests go somewhere else now.
    private func move(to region: String) -> Bool {
        guard settings.credentials != nil || settings.isAmazon else { return false }
        return place.withLock { place in
            guard place.region != region else { return false }
            place.region = region
            if settings.isAmazon { place.endpoint = StoreSettings.amazonEndpoint(region: region) }
            return true
        }
    }

    private func passing(_ error: any Error) -> AttemptFailure {
        if error is CancellationError || (error as? HTTPClientError) == .cancelled { return .final(.cancelled) }
        let cause = TransportFault.text(of: error, timeout: limits.timeout)
        return .passing(StoreError(.away, "\(url.text): the store cannot be reached: \(cause)"), retryAfter: nil)
    }

    private func changed(_ object: StoredObject) -> StoreError {
        StoreError(
            .changed, "\(url.text): '\(ObjectPath.shown(object.key))' was changed or removed while it was fetched")
    }

    private func malformed(_ object: StoredObject, _ what: String) -> StoreError {
        StoreError(.malformed, "\(url.text): '\(ObjectPath.shown(object.key))': \(what)")
    }

    private static func bare(_ tag: String) -> String {
        String((tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]).filter { $0 != "\"" })
    }

    private static let maximumPageBytes = 16 << 20
    private static let maximumFaultBytes = 64 << 10
}
