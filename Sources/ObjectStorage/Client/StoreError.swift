import InferenceTypes

/// Why something could not be had from a store, or not be kept.
struct StoreError: Error, Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// The store cannot be reached or is out of order: what is in the cache may stand in.
        case away
        /// Credentials, or what they allow.
        case refused
        case missing
        /// The object is no longer what the listing said.
        case changed
        /// The store answered what it should not.
        case malformed
        case tooLarge
        /// The cache's directory.
        case local
        case cancelled
    }

    var kind: Kind
    var message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    static let cancelled = StoreError(.cancelled, "the server stops")

    var servingError: ServingError {
        switch kind {
        case .away, .changed, .cancelled: ServingError(.unavailable, message)
        case .missing: ServingError(.notFound, message)
        case .refused, .malformed, .tooLarge, .local: ServingError(.internal, message)
        }
    }
}
