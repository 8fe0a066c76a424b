import InferenceTypes
import Testing

@testable import ObjectStorage

struct StoreSettingsTests {
    private func settings(
        _ location: String = "s3://bucket/models", _ variables: [String: String] = [:], files: [String: String] = [:]
    ) throws -> StoreSettings {
        let environment = StoreEnvironment(variables: variables) { path in files[path].map { Array($0.utf8) } }
        return try StoreSettings(for: RepositoryURL(parsing: location), path: location, in: environment)
    }

    private func cause(
        _ location: String = "s3://bucket/models", _ variables: [String: String], files: [String: String] = [:]
    ) -> String {
        do {
            return "no error: \(try settings(location, variables, files: files))"
        } catch {
            return (error as? ServingError)?.message ?? "\(error)"
        }
    }

    @Test func withoutAnythingRequestsAreAnonymous() throws {
        let found = try settings()
        #expect(found.credentials == nil)
        #expect(found.region == "us-east-1")
        #expect(found.endpoint.text == "https://s3.us-east-1.amazonaws.com")
        #expect(found.isAmazon)
    }

    @Test func variables() throws {
        let found = try settings(
            "s3://bucket",
            [
                "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
                "AWS_DEFAULT_REGION": "eu-central-1", "AWS_CA_BUNDLE": "/ca.pem",
            ])
        #expect(found.credentials == S3Credentials(accessKeyID: "id", secretAccessKey: "secret", sessionToken: "token"))
        #expect(found.region == "eu-central-1")
        #expect(found.endpoint.host == "s3.eu-central-1.amazonaws.com")
        #expect(found.trustedCertificates == "/ca.pem")
        #expect(try settings("s3://b", ["AWS_REGION": "a-1", "AWS_DEFAULT_REGION": "b-1"]).region == "a-1")
        #expect(try settings("s3://b", ["AWS_REGION": "cn-north-1"]).endpoint.host == "s3.cn-north-1.amazonaws.com.cn")
    }

    @Test func endpoints() throws {
        let variables = ["AWS_ENDPOINT_URL": "http://store:8333"]
        #expect(try settings("s3://bucket", variables).endpoint.text == "http://store:8333")
        #expect(try !settings("s3://bucket", variables).isAmazon)
        // What stands in the path wins.
        #expect(try settings("s3://https://other/bucket", variables).endpoint.text == "https://other")
        #expect(cause("s3://bucket", ["AWS_ENDPOINT_URL_S3": "store"]).contains("AWS_ENDPOINT_URL_S3 is 'store'"))
    }

    @Test func halfOfAPairIsAnError() {
        #expect(
            cause("s3://b", ["AWS_ACCESS_KEY_ID": "id"]) == "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not"
        )
        #expect(
            cause("s3://b", ["AWS_SECRET_ACCESS_KEY": "x"])
                == "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not")
    }

    private let files = [
        "/h/.aws/credentials": """
        # comment
        [default]
        aws_access_key_id = d-id
        aws_secret_access_key = d-secret
        [other]
        aws_access_key_id=o-id
        aws_secret_access_key=o=secret
        aws_session_token=o-token
        """,
        "/h/.aws/config": """
        [default]
        region = eu-west-1
        s3 =
          addressing_style = path
        [profile other]
        region = eu-west-2
        endpoint_url = https://store.example
        [profile sso]
        sso_session = corp
        """,
    ]

    @Test func profiles() throws {
        let byDefault = try settings("s3://b", ["HOME": "/h"], files: files)
        #expect(byDefault.credentials?.accessKeyID == "d-id")
        #expect(byDefault.region == "eu-west-1")
        let other = try settings("s3://b", ["HOME": "/h", "AWS_PROFILE": "other"], files: files)
        #expect(
            other.credentials
                == S3Credentials(accessKeyID: "o-id", secretAccessKey: "o=secret", sessionToken: "o-token"))
        #expect(other.region == "eu-west-2")
        #expect(other.endpoint.text == "https://store.example")
        // Variables come before profiles.
        let both = ["HOME": "/h", "AWS_ACCESS_KEY_ID": "v", "AWS_SECRET_ACCESS_KEY": "w"]
        #expect(try settings("s3://b", both, files: files).credentials?.accessKeyID == "v")
        #expect(cause("s3://b", ["HOME": "/h", "AWS_PROFILE": "none"], files: files).contains("profile 'none'"))
        #expect(cause("s3://b", ["HOME": "/h", "AWS_PROFILE": "sso"], files: files).contains("'sso_session'"))
    }

    private let credentialFile = """
        {"s3": {"": {"key_id": "general", "secret_key": "s1", "region": "r-1", "session_token": "", "profile": ""},
                "s3://bucket-2": {"key_id": "second", "secret_key": "s2", "session_token": "t2"},
                "s3://bucket-2/special": {"profile": "other"}},
         "gs": {"gs://own": {"key_id": "hmac", "secret_key": "s3"}, "": "/google.json"}}
        """

    @Test func credentialFileByTheLongestBeginning() throws {
        var files = files
        files["/cred.json"] = credentialFile
        let variables = [
            "TRITON_CLOUD_CREDENTIAL_PATH": "/cred.json", "HOME": "/h", "AWS_ACCESS_KEY_ID": "unused",
            "AWS_SECRET_ACCESS_KEY": "unused",
        ]
        let general = try settings("s3://bucket-1/models", variables, files: files)
        #expect(general.credentials == S3Credentials(accessKeyID: "general", secretAccessKey: "s1"))
        #expect(general.region == "r-1")
        let second = try settings("s3://bucket-2/models", variables, files: files)
        #expect(second.credentials?.sessionToken == "t2")
        #expect(
            try settings("s3://bucket-2/special/models", variables, files: files).credentials?.accessKeyID == "o-id")
        #expect(try settings("gs://own/models", variables, files: files).credentials?.accessKeyID == "hmac")
        #expect(cause("gs://bucket", variables, files: files).contains("Google credential file"))
    }

    @Test func credentialFilesThatAreWrong() {
        func cause(_ text: String?) -> String {
            self.cause(
                "s3://bucket", ["TRITON_CLOUD_CREDENTIAL_PATH": "/c.json"], files: text.map { ["/c.json": $0] } ?? [:])
        }
        #expect(cause(nil).contains("does not exist"))
        #expect(cause("{\"s3\": ").contains("is not JSON"))
        #expect(cause("[]").contains("does not hold a JSON object"))
        #expect(cause("{\"s3\": 1}").contains("is not an object"))
        #expect(cause("{\"s3\": {\"s3://other\": {}}}") == "Cannot match credential for path  s3://bucket")
    }

    @Test func googleStorage() throws {
        let found = try settings("gs://bucket", ["GS_ACCESS_KEY_ID": "id", "GS_SECRET_ACCESS_KEY": "secret"])
        #expect(found.endpoint.text == "https://storage.googleapis.com")
        #expect(found.credentials?.accessKeyID == "id")
        #expect(cause("gs://bucket", ["GOOGLE_APPLICATION_CREDENTIALS": "/g.json"]).contains("GS_ACCESS_KEY_ID"))
    }
}
