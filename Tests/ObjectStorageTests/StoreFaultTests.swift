import Foundation
import InferenceTypes
import ModelRepository
import NIOHTTP1
import Testing

@testable import ObjectStorage

/// What stores answer when something is wrong, and what users read then.
struct StoreFaultTests {
    private let keys = [
        "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "top-secret", "AWS_SESSION_TOKEN": "token-x",
    ]

    /// The error of the repository after one look at the store.
    private func cause(
        status: Int, code: String, headers: [(String, String)] = [], times: Int = 1, anonymous: Bool = false
    ) async throws -> String {
        var message = ""
        try await StoreFixture.run { fixture in
            let body = "<Error><Code>\(code)</Code><Message>said</Message></Error>"
            for _ in 0..<times { fixture.store.failListings(.answer(status: status, body: body, headers: headers)) }
            let repositories = try fixture.repositories(variables: anonymous ? [:] : keys)
            await repositories.fetch(nil, used: [])
            message = repositories.place().repositoryError?.message ?? "no error"
            #expect(fixture.log.lines.allSatisfy { !$0.contains("top-secret") && !$0.contains("token-x") })
            await repositories.close()
        }
        #expect(!message.contains("top-secret"))
        return message
    }

    @Test(arguments: [
        (403, "SignatureDoesNotMatch", "the secret key does not belong to the access key 'AKID'"),
        (403, "InvalidAccessKeyId", "the access key 'AKID' is not known to the store"),
        (403, "AccessDenied", "the access key 'AKID' does not allow us to list 'repo/'"),
        (403, "RequestTimeTooSkewed", "the clock of this machine"),
        (400, "ExpiredToken", "the session token has expired"),
        (404, "NoSuchBucket", "the bucket 'bucket' does not exist"), (404, "", "there is nothing at this place"),
        (301, "PermanentRedirect", "name the host or the region"), (418, "Teapot", "the store refuses to list"),
    ])
    func refusalsSayWhatToDo(_ status: Int, _ code: String, _ sentence: String) async throws {
        let cause = try await cause(status: status, code: code)
        #expect(cause.contains(sentence), "\(cause)")
        #expect(cause.hasPrefix("s3://127.0.0.1:"))
        #expect(cause.contains("(HTTP \(status)"))
    }

    @Test func withoutCredentialsThatIsSaid() async throws {
        let cause = try await cause(status: 403, code: "AccessDenied", anonymous: true)
        #expect(cause.contains("no credentials were found"))
    }

    @Test func whatPassesIsTriedAgain() async throws {
        #expect(try await cause(status: 503, code: "SlowDown", times: 2) == "no error")
        let cause = try await cause(status: 500, code: "InternalError", times: 3)
        #expect(cause.contains("overloaded or out of order"))
    }

    @Test func redirectsToOtherHostsAreNotFollowed() async throws {
        let cause = try await cause(status: 307, code: "", headers: [("location", "http://127.0.0.1:1/elsewhere")])
        #expect(cause.contains("the store sends us elsewhere"))
    }

    @Test func aBucketInAnotherRegionIsFound() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/1/model.pt", "x")
            fixture.store.failListings(
                .answer(status: 400, body: "<Error><Code>A</Code><Region>eu-central-1</Region></Error>"))
            let repositories = try fixture.repositories(variables: keys)
            await repositories.fetch(nil, used: [])
            #expect(repositories.place().repositoryError == nil)
            let signed = fixture.store.takeRequests().first?.headers.first(name: "authorization") ?? ""
            #expect(signed.contains("/eu-central-1/s3/aws4_request"))
            await repositories.close()
        }
    }

    @Test func aStoreThatIsSentFromRegionToRegionIsGivenUp() async throws {
        try await StoreFixture.run { fixture in
            for region in ["a-1", "b-1", "c-1", "d-1"] {
                fixture.store.failListings(.answer(status: 400, body: "", headers: [("x-amz-bucket-region", region)]))
            }
            let repositories = try fixture.repositories(variables: keys)
            await repositories.fetch(nil, used: [])
            #expect(repositories.place().repositoryError?.message.contains("from region to region") == true)
            await repositories.close()
        }
    }

    @Test func anAnswerThatIsNoListing() async throws {
        let cause = try await cause(status: 200, code: "x")
        #expect(cause.contains("the answer to a listing cannot be read"))
    }

    @Test func aRangeThatIsIgnoredIsNotMistakenForTheRest() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/1/model.pt", "0123456789")
            fixture.store.failObjects(.cut(after: 4), .answer(status: 200, body: "0123456789"))
            let repositories = try fixture.repositories()
            await repositories.fetch(nil, used: [])
            #expect(repositories.place().failures.isEmpty)
            #expect(fixture.files(repositories)["m/1/model.pt"] == "0123456789")
            await repositories.close()
        }
    }

    @Test func aStoreThatSaysNothingIsGivenUp() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.failListings(.silence)
            let repositories = try fixture.repositories {
                $0.timeout = .milliseconds(100)
                $0.retryCount = 0
            }
            await repositories.fetch(nil, used: [])
            #expect(repositories.place().repositoryError?.message.contains("no answer within") == true)
            await repositories.close()
        }
    }

    @Test(arguments: [(1, 0.0, 100), (1, 1.0, 200), (3, 1.0, 800), (60, 1.0, 10_000)])
    func pausesGrowToALimit(_ attempt: Int, _ chance: Double, _ milliseconds: Int) {
        #expect(RetryDelay().before(attempt: attempt, chance: chance) == .milliseconds(milliseconds))
    }

    @Test func aStoreMayAskForAPause() {
        #expect(RetryDelay().before(attempt: 1, asked: .seconds(3), chance: 0) == .seconds(3))
        #expect(RetryDelay().before(attempt: 1, asked: .seconds(3600), chance: 0) == .seconds(20))
    }
}
