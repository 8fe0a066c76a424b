internal import NIOSSL
internal import NIOCore

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// What the files of a TLS configuration held at one moment.
struct TLSMaterial: Sendable {
    let context: NIOSSLContext
    /// In the order of `TLSConfigurationFiles.paths`.
    let stamps: [FileStamp?]
    /// When the server's certificate begins and ends to be valid, in seconds since 1970.
    let validity: Range<Int>

    /// Reads the files; blocks.
    init(_ files: TLSConfigurationFiles, _ applicationProtocol: ApplicationProtocol) throws(TLSConfigurationError) {
        let chainFile = try PEMFile(path: files.certificateChain, role: "certificate file")
        let keyFile = try PEMFile(path: files.privateKey, role: "key file")
        let chain = try Self.certificates(chainFile, "certificate file '\(files.certificateChain)'")
        let key = try Self.key(keyFile, "key file '\(files.privateKey)'")
        var stamps: [FileStamp?] = [chainFile.stamp, keyFile.stamp]

        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = [applicationProtocol.rawValue]
        configuration.shutdownTimeout = .seconds(2)
        if let roots = files.clientRoots {
            let rootFile = try PEMFile(path: roots, role: "root certificate file")
            stamps.append(rootFile.stamp)
            configuration.trustRoots = .certificates(
                try Self.certificates(rootFile, "root certificate file '\(roots)'"))
            configuration.certificateVerification = .noHostnameVerification
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Self.contextError(error, files)
        }
        self.stamps = stamps
        let leaf = chain[0]
        let begin = Int(leaf.notValidBefore)
        validity = begin..<max(begin, Int(leaf.notValidAfter))
    }

    private static func certificates(_ file: PEMFile, _ name: String) throws(TLSConfigurationError)
        -> [NIOSSLCertificate]
    {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(file.bytes)
        } catch {
            certificates = []
        }
        guard certificates.isEmpty else { return certificates }
        let hint =
            contains(file, "PRIVATE KEY")
            ? "it holds a private key: are the two files swapped?"
            : contains(file, "-----BEGIN CERTIFICATE-----")
                ? "its certificate is damaged" : "expected PEM with a line '-----BEGIN CERTIFICATE-----'"
        throw TLSConfigurationError("the \(name) holds no certificate: \(hint)")
    }

    private static func key(_ file: PEMFile, _ name: String) throws(TLSConfigurationError) -> NIOSSLPrivateKey {
        if contains(file, "ENCRYPTED") {
            throw TLSConfigurationError(
                "the \(name) is encrypted, and nobody can be asked for its passphrase: "
                    + "give a key without one, readable by the server alone")
        }
        do {
            return try NIOSSLPrivateKey(bytes: file.bytes, format: .pem)
        } catch {
            let hint =
                contains(file, "PRIVATE KEY-----")
                ? "its key is damaged"
                : contains(file, "-----BEGIN CERTIFICATE-----")
                    ? "it holds a certificate: are the two files swapped?"
                    : "expected PEM with a line '-----BEGIN PRIVATE KEY-----'"
            throw TLSConfigurationError("the \(name) holds no private key: \(hint)")
        }
    }

    private static func contextError(_ error: any Error, _ files: TLSConfigurationFiles) -> TLSConfigurationError {
        // The key itself was read before.
        guard error as? NIOSSLError != .failedToLoadPrivateKey else {
            return TLSConfigurationError(
                "the key file '\(files.privateKey)' does not hold the key of the first certificate in "
                    + "'\(files.certificateChain)'")
        }
        return TLSConfigurationError(
            "the certificate file '\(files.certificateChain)' and the key file '\(files.privateKey)' cannot be used: \(error)"
        )
    }

    private static func contains(_ file: PEMFile, _ text: String) -> Bool {
        String(decoding: file.bytes, as: UTF8.self).contains(text)
    }
}
