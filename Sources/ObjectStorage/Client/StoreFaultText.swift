/// Turns a store's refusal into a sentence that says what to do.
struct StoreFaultText {
    var url: RepositoryURL
    var settings: StoreSettings

    /// - Parameter action: what was tried, after "to".
    func error(status: Int, fault: StoreFault, action: String) -> StoreError {
        let said = [fault.code, fault.message].filter { !$0.isEmpty }.joined(separator: ": ")
        let answer = "HTTP \(status)" + (said.isEmpty ? "" : " \(said)")
        func sentence(_ cause: String) -> String { "\(url.text): \(cause) (\(answer))" }
        switch fault.code {
        case "NoSuchBucket":
            return StoreError(.missing, sentence("the bucket '\(url.bucket)' does not exist"))
        case "SignatureDoesNotMatch":
            return StoreError(
                .refused, sentence("the secret key does not belong to the access key '\(accessKey)', or is mistyped"))
        case "InvalidAccessKeyId":
            return StoreError(.refused, sentence("the access key '\(accessKey)' is not known to the store"))
        case "ExpiredToken", "TokenRefreshRequired", "InvalidToken":
            return StoreError(.refused, sentence("the session token has expired or is not valid; get a new one"))
        case "RequestTimeTooSkewed":
            return StoreError(.refused, sentence("the clock of this machine differs too much from the store's"))
        case "SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling":
            return StoreError(.away, sentence("the store is overloaded or out of order"))
        default: break
        }
        switch status {
        case 401, 403:
            let cause =
                settings.credentials == nil
                ? "no credentials were found, and without them the store does not let us \(action)"
                : "the access key '\(accessKey)' does not allow us to \(action); it needs s3:ListBucket and s3:GetObject"
            return StoreError(.refused, sentence(cause))
        case 404: return StoreError(.missing, sentence("there is nothing at this place to \(action)"))
        case 301, 302, 307, 308:
            return StoreError(
                .malformed, sentence("the store sends us elsewhere; name the host or the region of the bucket itself"))
        case 408, 429, 500...:
            return StoreError(.away, sentence("the store is overloaded or out of order"))
        default: return StoreError(.malformed, sentence("the store refuses to \(action)"))
        }
    }

    private var accessKey: String { settings.credentials?.accessKeyID ?? "none" }
}
