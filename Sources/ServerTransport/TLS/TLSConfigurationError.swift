/// Which file of a TLS configuration cannot be used, and why.
package struct TLSConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
