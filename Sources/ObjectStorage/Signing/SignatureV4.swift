import Crypto

/// AWS Signature Version 4 in the `Authorization` field, for requests without a body.
///
/// Source: "Authenticating Requests: Using the Authorization Header" of the S3 API reference. A pure value; the test
/// vectors that AWS publishes are its tests.
struct SignatureV4: Sendable {
    /// A request before it is signed.
    struct Request: Sendable {
        var method = "GET"
        /// As it is sent: percent-encoded, beginning with a slash.
        var path: String
        /// Not yet encoded, in any order.
        var query: [(name: String, value: String)] = []
        /// Those to be signed, `Host` included; names in any case.
        var headers: [(name: String, value: String)]
        /// SHA-256 of the body, in hexadecimal.
        var payloadHash = SignatureV4.emptyPayloadHash
    }

    static let emptyPayloadHash = hexadecimal(SHA256.hash(data: [UInt8]()))

    var credentials: S3Credentials
    var region: String
    var service = "s3"

    /// The value of the `Authorization` field.
    func authorization(for request: Request, at time: SigningTime) -> String {
        let scope = "\(time.day)/\(region)/\(service)/aws4_request"
        let canonical = Self.canonicalText(of: request)
        let hash = Self.hexadecimal(SHA256.hash(data: Array(canonical.text.utf8)))
        let stringToSign = "AWS4-HMAC-SHA256\n\(time.text)\n\(scope)\n\(hash)"
        var key = SymmetricKey(data: Array(("AWS4" + credentials.secretAccessKey).utf8))
        for part in [time.day, region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        let signature = HMAC<SHA256>.authenticationCode(for: Array(stringToSign.utf8), using: key)
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope),"
            + "SignedHeaders=\(canonical.signedHeaders),Signature=\(Self.hexadecimal(signature))"
    }

    /// `a=b&c=d`, encoded and sorted: what is sent must be what is signed.
    static func queryText(_ query: [(name: String, value: String)]) -> String {
        let encoded = query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
        return encoded.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func canonicalText(of request: Request) -> (text: String, signedHeaders: String) {
        let headers = request.headers
            .map { (name: $0.name.lowercased(), value: collapsed($0.value)) }
            .sorted { $0.name < $1.name }
        let signedHeaders = headers.map(\.name).joined(separator: ";")
        let lines =
            [request.method, request.path, queryText(request.query)] + headers.map { "\($0.name):\($0.value)" }
            + ["", signedHeaders, request.payloadHash]
        return (lines.joined(separator: "\n"), signedHeaders)
    }

    /// Without spaces at the ends, and with one space for each run of them.
    private static func collapsed(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }
}
