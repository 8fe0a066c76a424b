import InferenceTypes
import Testing

@testable import ObjectStorage

struct RepositoryURLTests {
    @Test(arguments: [
        ("s3://bucket", nil, "bucket", ""),
        ("s3://bucket/", nil, "bucket", ""),
        ("s3://bucket/path/to/models/", nil, "bucket", "path/to/models"),
        ("s3://bucket//path///models", nil, "bucket", "path/models"),
        ("s3://host:9000/bucket/models", "http://host:9000", "bucket", "models"),
        ("s3://127.0.0.1:9000/bucket", "http://127.0.0.1:9000", "bucket", ""),
        ("s3://[::1]:9000/bucket/m", "http://[::1]:9000", "bucket", "m"),
        ("s3://http://host:9000/bucket/m", "http://host:9000", "bucket", "m"),
        ("s3://https://host:443/bucket/m", "https://host:443", "bucket", "m"),
        ("s3://https://s3.example.com/bucket/m", "https://s3.example.com", "bucket", "m"),
        ("gs://bucket/path", nil, "bucket", "path"),
    ])
    func spellings(_ text: String, _ endpoint: String?, _ bucket: String, _ prefix: String) throws {
        let url = try RepositoryURL(parsing: text)
        #expect(url.endpoint?.text == endpoint)
        #expect(url.bucket == bucket)
        #expect(url.prefix == prefix)
        #expect(try RepositoryURL(parsing: url.text) == url)
        #expect(RepositoryURL.isRemote(text))
    }

    @Test(arguments: [
        ("s3://", "names no bucket"), ("s3:///", "names no bucket"), ("s3://https://", "is not <host>:<port>"),
        ("s3://host:99999/bucket", "is not <host>:<port>"), ("s3://ho st:80/bucket", "is not <host>:<port>"),
        ("s3://host:80", "names no bucket"), ("s3://bu cket/m", "cannot be the name of a bucket"),
        ("s3://../m", "cannot be the name of a bucket"), ("s3://bucket/a/../b", "has the part '..'"),
        ("s3://user:secret@host/bucket", "is not <host>:<port>"), ("http://host/bucket", "does not begin with"),
        ("as://account/container", "Azure Storage is not supported"),
    ])
    func wrongSpellingsAreExplained(_ text: String, _ cause: String) {
        #expect(throws: ServingError.self) { try RepositoryURL(parsing: text) }
        do { _ = try RepositoryURL(parsing: text) } catch { #expect("\(error)".contains(cause), "\(error)") }
    }

    @Test func directoriesAreNotRemote() {
        #expect(!RepositoryURL.isRemote("/models"))
        #expect(!RepositoryURL.isRemote("s3:/models"))
    }
}
