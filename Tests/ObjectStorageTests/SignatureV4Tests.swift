import Testing

@testable import ObjectStorage

/// The examples that AWS publishes: "Examples: Signature Calculations" of the S3 API reference, and the SigV4 test suite.
struct SignatureV4Tests {
    private let example = S3Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    /// 24 May 2013, midnight.
    private let day = SigningTime(secondsSinceEpoch: 1_369_353_600)
    private let host = "examplebucket.s3.amazonaws.com"

    private func signature(_ request: SignatureV4.Request) -> String {
        let value = SignatureV4(credentials: example, region: "us-east-1").authorization(for: request, at: day)
        return String(value.suffix(64))
    }

    private func headers(_ more: [(name: String, value: String)] = []) -> [(name: String, value: String)] {
        [("Host", host), ("x-amz-content-sha256", SignatureV4.emptyPayloadHash), ("x-amz-date", day.text)] + more
    }

    @Test func getObjectWithARange() {
        let request = SignatureV4.Request(path: "/test.txt", headers: headers([("Range", "bytes=0-9")]))
        #expect(signature(request) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func getBucketLifecycle() {
        let request = SignatureV4.Request(path: "/", query: [("lifecycle", "")], headers: headers())
        #expect(signature(request) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    }

    @Test func listObjects() {
        let request = SignatureV4.Request(path: "/", query: [("prefix", "J"), ("max-keys", "2")], headers: headers())
        #expect(signature(request) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test func putObjectWithAPayload() {
        let request = SignatureV4.Request(
            method: "PUT", path: "/test%24file.text",
            headers: [
                ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("Host", host), ("x-amz-date", day.text),
                ("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ], payloadHash: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
        #expect(signature(request) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test(arguments: [
        ([], "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        (
            [("Param2", "value2"), ("Param1", "value1")],
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
    ])
    func vanillaRequestsOfTheTestSuite(_ query: [(String, String)], _ expected: String) {
        let credentials = S3Credentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        let time = SigningTime(secondsSinceEpoch: 1_440_938_160)
        let request = SignatureV4.Request(
            path: "/", query: query.map { (name: $0.0, value: $0.1) },
            headers: [("Host", "example.amazonaws.com"), ("X-Amz-Date", time.text)])
        let value = SignatureV4(credentials: credentials, region: "us-east-1", service: "service")
            .authorization(for: request, at: time)
        #expect(
            value
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + "SignedHeaders=host;x-amz-date,Signature=\(expected)")
    }

    @Test(arguments: [
        (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
        (1_709_251_199, "20240229T235959Z"), (4_107_542_400, "21000301T000000Z"), (-1, "19691231T235959Z"),
    ])
    func timesAreWritten(_ seconds: Int64, _ text: String) {
        #expect(SigningTime(secondsSinceEpoch: seconds).text == text)
    }

    @Test func queriesAreEncodedAndSorted() {
        #expect(
            SignatureV4.queryText([("prefix", "a b/c"), ("list-type", "2"), ("x", "ä+")])
                == "list-type=2&prefix=a%20b%2Fc&x=%C3%A4%2B")
    }

    @Test func percentEncodingGoesBothWays() {
        let text = "a/b c+\u{e4}%~"
        #expect(PercentEncoding.encode(text, keepsSlashes: true) == "a/b%20c%2B%C3%A4%25~")
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        #expect(PercentEncoding.decode("%4") == nil)
        #expect(PercentEncoding.decode("%zz") == nil)
        #expect(PercentEncoding.decode("%ff") == nil)
    }

    @Test func secretsAreNotShown() {
        let credentials = S3Credentials(accessKeyID: "ID", secretAccessKey: "geheim", sessionToken: "token")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(text.contains("ID"))
            #expect(!text.contains("geheim") && !text.contains("token"))
        }
    }
}
