/// The files from which a server takes its identity, and whom it lets in.
package struct TLSConfigurationFiles: Sendable, Hashable {
    /// PEM: the server's certificate first, then those that lead to its root.
    package var certificateChain: String
    /// PEM, not encrypted: the key of the first certificate.
    package var privateKey: String
    /// PEM: clients must show a certificate that leads to one of these. `nil`: clients need none.
    package var clientRoots: String?

    package init(certificateChain: String, privateKey: String, clientRoots: String? = nil) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
        self.clientRoots = clientRoots
    }

    var paths: [String] { [certificateChain, privateKey] + (clientRoots.map { [$0] } ?? []) }
}
