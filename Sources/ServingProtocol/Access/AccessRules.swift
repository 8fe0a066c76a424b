/// What one protocol asks of its clients, and what it takes from their headers.
public struct AccessRules: Sendable, Hashable {
    public var restrictedAPIs = RestrictedAPIs()
    /// Headers whose names match become parameters of the request; `nil` forwards none.
    public var forwardedHeaders: HeaderPattern?

    public init() {}
}
