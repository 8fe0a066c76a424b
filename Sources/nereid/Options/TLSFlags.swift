import ServerTransport

/// The flags for TLS of one protocol, as they were given.
struct TLSFlags {
    /// What the names of the flags begin with: `http` or `grpc`.
    var prefix: String
    var usesTLS: Bool
    var isMutual: Bool
    var certificate: String
    var key: String
    var roots: String

    /// `nil` when the protocol is served without TLS.
    ///
    /// - Parameter warnings: gets a sentence for each flag that has no effect beside the others.
    func files(_ warnings: inout [String]) throws(CommandLineError) -> TLSConfigurationFiles? {
        let use = "--\(prefix)-use-ssl"
        let (certificateFlag, keyFlag, rootFlag) = (
            "--\(prefix)-server-cert", "--\(prefix)-server-key", "--\(prefix)-root-cert"
        )
        guard usesTLS || isMutual else {
            for (flag, value) in [(certificateFlag, certificate), (keyFlag, key), (rootFlag, roots)]
            where !value.isEmpty {
                warnings.append("\(flag) has no effect without \(use)=true; connections are NOT encrypted")
            }
            return nil
        }
        guard !certificate.isEmpty else { throw missing(certificateFlag, "the server's certificate") }
        guard !key.isEmpty else { throw missing(keyFlag, "the key of the server's certificate") }
        guard isMutual else {
            if !roots.isEmpty { warnings.append("\(rootFlag) has no effect without \(use)-mutual=true") }
            return TLSConfigurationFiles(certificateChain: certificate, privateKey: key)
        }
        guard !roots.isEmpty else { throw missing(rootFlag, "the certificates that clients' own lead to") }
        return TLSConfigurationFiles(certificateChain: certificate, privateKey: key, clientRoots: roots)
    }

    private func missing(_ flag: String, _ content: String) -> CommandLineError {
        let use = "--\(prefix)-use-ssl\(isMutual ? "-mutual" : "")"
        return CommandLineError("\(use)=true needs \(flag)=<file>: \(content), in PEM.")
    }
}
