public import InferenceTypes

/// Where a model repository in an object store is, as `--model-repository` names it.
///
/// Spellings: `s3://bucket/prefix`, `s3://host:port/bucket/prefix`, `s3://http://host:port/bucket/prefix`,
/// `s3://https://host/bucket/prefix`, and `gs://bucket/prefix`. Without a scheme, `host:port` means HTTP, as in Triton.
/// Slashes at the ends and repeated ones are dropped.
public struct RepositoryURL: Sendable, Hashable {
    public enum Service: String, Sendable, CaseIterable {
        case s3, gs
    }

    /// A server that speaks the store's protocol.
    public struct Endpoint: Sendable, Hashable {
        public var isSecure: Bool
        /// A name or an address; IPv6 addresses without brackets.
        public var host: String
        /// `nil` is the scheme's own port.
        public var port: Int?

        public init(isSecure: Bool, host: String, port: Int? = nil) {
            self.isSecure = isSecure
            self.host = host
            self.port = port
        }

        /// Parses `http://host:port` or `https://host:port`.
        ///
        /// - Returns: `nil` for anything else, a path or user information included.
        public init?(parsing text: String) {
            let isSecure = text.hasPrefix("https://")
            guard isSecure || text.hasPrefix("http://") else { return nil }
            var authority = text.dropFirst(isSecure ? 8 : 7)
            if authority.last == "/" { authority.removeLast() }
            self.init(isSecure: isSecure, authority: authority)
        }

        /// - Parameter authority: `host` or `host:port`.
        init?(isSecure: Bool, authority: some StringProtocol) {
            var host = String(authority)
            var port: Int?
            if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
                guard let number = Int(host[host.index(after: colon)...]), (1...65535).contains(number) else {
                    return nil
                }
                port = number
                host = String(host[..<colon])
            }
            if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
            let isName = host.utf8.allSatisfy { Self.isHostByte($0) }
            guard !host.isEmpty, isName else { return nil }
            self.init(isSecure: isSecure, host: host, port: port)
        }

        /// `host` or `host:port`, as the `Host` field has it.
        public var authority: String {
            let name = host.contains(":") ? "[\(host)]" : host
            return port.map { "\(name):\($0)" } ?? name
        }

        /// `https://host:port`
        public var text: String { (isSecure ? "https://" : "http://") + authority }

        private static func isHostByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }

    public var service: Service
    /// `nil` is the provider's own.
    public var endpoint: Endpoint?
    public var bucket: String
    /// What all keys of the repository begin with, without slashes at the ends; empty for the whole bucket.
    public var prefix: String

    /// Whether a path of `--model-repository` names an object store rather than a directory.
    public static func isRemote(_ path: String) -> Bool {
        ["s3://", "gs://", "as://"].contains { path.hasPrefix($0) }
    }

    /// - Throws: one sentence on what is wrong with the spelling.
    public init(parsing text: String) throws(ServingError) {
        if text.hasPrefix("as://") {
            throw ServingError(
                .unsupported,
                "'\(text)': Azure Storage is not supported; mount the container as a directory, or put the models into "
                    + "an S3 store.")
        }
        guard let service = Service.allCases.first(where: { text.hasPrefix($0.rawValue + "://") }) else {
            throw ServingError(.invalidArgument, "'\(text)' does not begin with s3:// or gs://.")
        }
        self.service = service
        var rest = text.dropFirst(service.rawValue.count + 3)
        let scheme = ["https://", "http://"].first { rest.hasPrefix($0) }
        if let scheme { rest = rest.dropFirst(scheme.count) }
        var segments = rest.split(separator: "/")[...]
        let hasPort = segments.first.map { $0.contains(":") } ?? false
        if scheme != nil || (hasPort && service == .s3) {
            guard let authority = segments.popFirst(),
                let endpoint = Endpoint(isSecure: scheme == "https://", authority: authority)
            else { throw Self.malformed(text, "the host after s3:// is not <host>:<port>") }
            self.endpoint = endpoint
        }
        guard let bucket = segments.popFirst().map(String.init) else {
            throw Self.malformed(text, "it names no bucket")
        }
        guard Self.isBucketName(bucket) else {
            throw Self.malformed(text, "'\(bucket)' cannot be the name of a bucket")
        }
        self.bucket = bucket
        prefix = segments.joined(separator: "/")
        if let fault = ObjectPath.fault(in: prefix), !prefix.isEmpty { throw Self.malformed(text, "its path \(fault)") }
    }

    /// `s3://host:port/bucket/prefix`, in one spelling for each place.
    public var text: String {
        var text = service.rawValue + "://"
        if let endpoint { text += (endpoint.isSecure ? endpoint.text : endpoint.authority) + "/" }
        return text + bucket + (prefix.isEmpty ? "" : "/" + prefix)
    }

    /// What a key must begin with to lie in the repository.
    var keyPrefix: String { prefix.isEmpty ? "" : prefix + "/" }

    private static func malformed(_ text: String, _ fault: String) -> ServingError {
        ServingError(
            .invalidArgument,
            "'\(text)' is not a repository in an object store: \(fault). Spellings: s3://bucket/path, "
                + "s3://host:port/bucket/path, s3://https://host:port/bucket/path, gs://bucket/path.")
    }

    private static func isBucketName(_ name: String) -> Bool {
        guard (1...255).contains(name.utf8.count), name != ".", name != ".." else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
