import InferenceTypes
import JSONText

/// The file that `TRITON_CLOUD_CREDENTIAL_PATH` names: credentials by the beginnings of repository paths.
///
/// ```
/// {"s3": {"": {"key_id": "...", "secret_key": "...", "region": "...", "session_token": "...", "profile": "..."},
///         "s3://bucket": {...}},
///  "gs": {"gs://bucket": {"key_id": "...", "secret_key": "..."}}}
/// ```
/// In Triton an entry of `gs` is the path of a Google credential file; those are told apart and refused.
struct CloudCredentialFile: Sendable {
    struct Entry: Sendable, Hashable {
        var credentials: S3Credentials?
        var region: String?
        var profile: String?
    }

    private var entries: [RepositoryURL.Service: [String: JSONValue]] = [:]

    /// - Throws: what is wrong with the file, without any of its values.
    init(parsing text: String, path: String) throws(ServingError) {
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONValue(parsing: text)
        } catch {
            throw ServingError(
                .invalidArgument, "the credential file '\(path)' is not JSON: \(error.message) (byte \(error.offset))")
        }
        guard case .object = root else {
            throw ServingError(.invalidArgument, "the credential file '\(path)' does not hold a JSON object")
        }
        for service in RepositoryURL.Service.allCases {
            guard let section = root[service.rawValue] else { continue }
            guard case .object(let members) = section else {
                throw ServingError(
                    .invalidArgument,
                    "'\(service.rawValue)' in the credential file '\(path)' is not an object of path beginnings")
            }
            for member in members { entries[service, default: [:]][member.name] = member.value }
        }
    }

    /// The entry with the longest name that the repository's path begins with.
    ///
    /// - Parameter path: as `--model-repository` has it.
    func entry(for path: String, service: RepositoryURL.Service) throws(ServingError) -> Entry {
        let names = (entries[service] ?? [:]).keys.filter { path.hasPrefix($0) }
        guard let name = names.max(by: { $0.utf8.count < $1.utf8.count }), let value = entries[service]?[name] else {
            throw ServingError(.notFound, "Cannot match credential for path  \(path)")
        }
        if case .string = value {
            throw ServingError(
                .unsupported,
                "the credential file names a Google credential file for '\(name)', which is not supported: give "
                    + "'key_id' and 'secret_key' of an interoperability (HMAC) key instead")
        }
        func text(_ field: String) -> String? {
            guard case .string(let text)? = value[field], !text.isEmpty else { return nil }
            return text
        }
        var entry = Entry(region: text("region"), profile: text("profile"))
        if let key = text("key_id"), let secret = text("secret_key") {
            entry.credentials = S3Credentials(
                accessKeyID: key, secretAccessKey: secret, sessionToken: text("session_token"))
        }
        return entry
    }
}
