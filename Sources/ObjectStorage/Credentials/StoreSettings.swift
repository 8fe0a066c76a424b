public import InferenceTypes

/// How to reach a store and who we are there, from all the places where users say it.
///
/// S3: the credential file of `TRITON_CLOUD_CREDENTIAL_PATH` if there is one, else `AWS_ACCESS_KEY_ID` and
/// `AWS_SECRET_ACCESS_KEY`, else the profile (`AWS_PROFILE`, or "default") of `~/.aws`; with none of them requests are
/// anonymous. Google: the credential file, else `GS_ACCESS_KEY_ID` and `GS_SECRET_ACCESS_KEY`.
public struct StoreSettings: Sendable, Hashable {
    /// `nil`: requests are not signed.
    public var credentials: S3Credentials?
    public var region: String
    public var endpoint: RepositoryURL.Endpoint
    /// Whether the endpoint is Amazon's own, which has one for each region.
    public var isAmazon = false
    /// A file of certificates to trust, for stores with a private authority; `nil` trusts the system's.
    public var trustedCertificates: String?

    /// - Throws: what is wrong or incomplete in the settings; never a secret.
    public init(
        for url: RepositoryURL, path: String, in environment: StoreEnvironment
    ) throws(ServingError) {
        var entry = CloudCredentialFile.Entry()
        let credentialPath = environment["TRITON_CLOUD_CREDENTIAL_PATH"]
        if let credentialPath {
            guard let text = try environment.text(of: credentialPath) else {
                throw ServingError(
                    .notFound, "the credential file '\(credentialPath)' of TRITON_CLOUD_CREDENTIAL_PATH does not exist")
            }
            entry = try CloudCredentialFile(parsing: text, path: credentialPath).entry(for: path, service: url.service)
        }
        trustedCertificates = environment["AWS_CA_BUNDLE"]
        switch url.service {
        case .s3:
            let profile = try Profile(
                named: entry.profile ?? environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"],
                in: environment)
            let variables =
                credentialPath == nil
                ? try Self.pair("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", in: environment)
                : nil
            if let given = entry.credentials ?? variables {
                credentials = given
            } else {
                credentials = try profile.credentials()
            }
            region =
                entry.region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? profile.region
                ?? "us-east-1"
            let configured = try Self.endpoint(of: profile, in: environment)
            let other = url.endpoint ?? configured
            isAmazon = other == nil
            endpoint = other ?? Self.amazonEndpoint(region: region)
        case .gs:
            let variables = try Self.pair("GS_ACCESS_KEY_ID", "GS_SECRET_ACCESS_KEY", nil, in: environment)
            credentials = entry.credentials ?? variables
            if credentials == nil, let file = environment["GOOGLE_APPLICATION_CREDENTIALS"] {
                throw ServingError(
                    .unsupported,
                    "GOOGLE_APPLICATION_CREDENTIALS names '\(file)', but Google credential files are not supported: "
                        + "make an interoperability (HMAC) key for the account and set GS_ACCESS_KEY_ID and "
                        + "GS_SECRET_ACCESS_KEY, or unset it to read a public bucket")
            }
            region = entry.region ?? "auto"
            endpoint = url.endpoint ?? RepositoryURL.Endpoint(isSecure: true, host: "storage.googleapis.com")
        }
    }

    static func amazonEndpoint(region: String) -> RepositoryURL.Endpoint {
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return RepositoryURL.Endpoint(isSecure: true, host: "s3.\(region).\(suffix)")
    }

    /// A region's name, which becomes part of a host's.
    static func isRegion(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }

    private static func pair(
        _ key: String, _ secret: String, _ token: String?, in environment: StoreEnvironment
    ) throws(ServingError) -> S3Credentials? {
        switch (environment[key], environment[secret]) {
        case (nil, nil): return nil
        case (let id?, let value?):
            return S3Credentials(
                accessKeyID: id, secretAccessKey: value, sessionToken: token.flatMap { environment[$0] })
        case (nil, _): throw ServingError(.invalidArgument, "\(secret) is set, but \(key) is not")
        case (_, nil): throw ServingError(.invalidArgument, "\(key) is set, but \(secret) is not")
        }
    }

    private static func endpoint(
        of profile: Profile, in environment: StoreEnvironment
    ) throws(ServingError) -> RepositoryURL.Endpoint? {
        for name in ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"] {
            guard let text = environment[name] else { continue }
            guard let endpoint = RepositoryURL.Endpoint(parsing: text) else {
                throw ServingError(.invalidArgument, "\(name) is '\(text)', which is not https://<host>:<port>")
            }
            return endpoint
        }
        return profile.endpoint.flatMap { RepositoryURL.Endpoint(parsing: $0) }
    }
}

extension StoreSettings {
    /// One profile of the AWS command line, over its two files.
    private struct Profile {
        private let name: String
        private let secrets: ProfileFile
        private let configuration: ProfileFile

        /// - Throws: if a profile is named that neither file has.
        init(named given: String?, in environment: StoreEnvironment) throws(ServingError) {
            name = given ?? "default"
            secrets = try Self.file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", environment)
            configuration = try Self.file("AWS_CONFIG_FILE", ".aws/config", environment)
            guard given == nil || secrets.hasProfile(name) || configuration.hasProfile(name) else {
                throw ServingError(
                    .notFound, "the profile '\(name)' is neither in ~/.aws/credentials nor in ~/.aws/config")
            }
        }

        var region: String? { value("region") }
        var endpoint: String? { value("endpoint_url") }

        /// `nil` for a profile without credentials.
        func credentials() throws(ServingError) -> S3Credentials? {
            if let key = value("aws_access_key_id"), let secret = value("aws_secret_access_key") {
                return S3Credentials(
                    accessKeyID: key, secretAccessKey: secret, sessionToken: value("aws_session_token"))
            }
            let foreign = ["credential_process", "sso_session", "sso_start_url", "role_arn", "web_identity_token_file"]
            if let setting = foreign.first(where: { value($0) != nil }) {
                throw ServingError(
                    .unsupported,
                    "the profile '\(name)' gets its credentials by '\(setting)', which is not supported: set "
                        + "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN")
            }
            return nil
        }

        private func value(_ setting: String) -> String? {
            secrets.value(setting, of: name) ?? configuration.value(setting, of: name)
        }

        private static func file(
            _ variable: String, _ name: String, _ environment: StoreEnvironment
        ) throws(ServingError) -> ProfileFile {
            guard let path = environment[variable] ?? environment.homePath(name) else {
                return ProfileFile(parsing: "")
            }
            return ProfileFile(parsing: try environment.text(of: path) ?? "")
        }
    }
}
