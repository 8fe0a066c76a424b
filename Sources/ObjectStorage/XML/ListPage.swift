/// One page of `ListObjectsV2`.
struct ListPage: Sendable, Equatable {
    var objects: [StoredObject] = []
    /// Prefixes up to the delimiter.
    var commonPrefixes: [String] = []
    /// `nil` on the last page.
    var continuationToken: String?

    /// - Throws: what in the answer is not as the S3 API reference has it.
    init(parsing bytes: [UInt8]) throws(XMLReader.Failure) {
        var reader = XMLReader(bytes)
        var path: [String] = []
        var object = Fields()
        var isTruncated = false
        var token = ""
        var prefix = ""
        while let item = try reader.next() {
            switch item {
            case .start(let name):
                path.append(name)
                guard path.count > 1 || name == "ListBucketResult" else {
                    throw XMLReader.Failure(message: "it begins with '\(name)', not with 'ListBucketResult'", offset: 0)
                }
                if path.count == 2, name == "Contents" { object = Fields() }
                if path.count == 2, name == "CommonPrefixes" { prefix = "" }
            case .text(let text):
                switch path.dropFirst().joined(separator: "/") {
                case "Contents/Key": object.key += text
                case "Contents/Size": object.size += text
                case "Contents/ETag": object.entityTag += text
                case "CommonPrefixes/Prefix": prefix += text
                case "IsTruncated": isTruncated = text == "true"
                case "NextContinuationToken": token += text
                default: break
                }
            case .end:
                if path.count == 2, path[1] == "Contents" { objects.append(try object.object()) }
                if path.count == 2, path[1] == "CommonPrefixes" { commonPrefixes.append(prefix) }
                path.removeLast()
            }
        }
        guard isTruncated else { return }
        guard !token.isEmpty else {
            throw XMLReader.Failure(message: "it is truncated, but has no NextContinuationToken", offset: bytes.count)
        }
        continuationToken = token
    }

    private struct Fields {
        var key = ""
        var size = ""
        var entityTag = ""

        func object() throws(XMLReader.Failure) -> StoredObject {
            guard let size = Int64(size), size >= 0, !key.isEmpty else {
                throw XMLReader.Failure(message: "an object without key or size", offset: 0)
            }
            return StoredObject(key: key, size: size, entityTag: entityTag)
        }
    }
}
