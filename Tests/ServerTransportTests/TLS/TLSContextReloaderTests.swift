import Foundation
import InferenceTesting
import NIOCore
import NIOEmbedded
import NIOPosix
import NIOSSL
import ServerTransport
import Testing

@Suite struct TLSContextReloaderTests {
    private static let first = certificate(TestCertificates.first)
    private static let second = certificate(TestCertificates.second)

    private static func certificate(_ text: String) -> NIOSSLCertificate? {
        try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8)).first
    }

    private func served(by tls: TLSContextReloader) throws -> NIOSSLCertificate? {
        let pair = try HandshakePair(tls)
        defer { pair.close() }
        try pair.run()
        #expect(pair.isComplete)
        return try pair.servedCertificate()
    }

    @Test func theServersCertificateAndProtocolAreServed() throws {
        let fixture = try TLSFixture()
        for (own, agreed) in [(ApplicationProtocol.http2, "h2"), (.http1, "http/1.1")] {
            let pair = try HandshakePair(try fixture.reloader(own))
            defer { pair.close() }
            try pair.run()
            #expect(pair.applicationProtocol == agreed)
            #expect(try pair.servedCertificate() == Self.first)
            #expect(Self.first != nil)
        }
        #expect(fixture.log == [])
    }

    @Test func versionsBefore12AreRefused() throws {
        let tls = try TLSFixture().reloader()
        for (version, isServed) in [(TLSVersion.tlsv11, false), (.tlsv12, true), (.tlsv13, true)] {
            var options = HandshakePair.ClientOptions()
            options.maximumVersion = version
            let pair = try HandshakePair(tls, client: options)
            defer { pair.close() }
            try pair.run()
            #expect(pair.isComplete == isServed, "\(version)")
        }
    }

    @Test func clientsWithoutACertificateOfTheRootAreRefused() throws {
        let tls = try TLSFixture().reloader(isMutual: true)
        let identities: [((certificate: String, key: String)?, Bool)] = [
            (nil, false), ((TestCertificates.stranger, TestCertificates.strangerKey), false),
            ((TestCertificates.client, TestCertificates.clientKey), true),
        ]
        for (identity, isServed) in identities {
            var options = HandshakePair.ClientOptions()
            options.identity = identity
            let pair = try HandshakePair(tls, client: options)
            defer { pair.close() }
            try pair.run()
            #expect(pair.isComplete == isServed)
            #expect(pair.serverErrors.isEmpty == isServed)
        }
    }

    @Test func replacedFilesAreServed() throws {
        let fixture = try TLSFixture()
        let tls = try fixture.reloader()
        #expect(!tls.checkFiles())
        try fixture.write(TestCertificates.second, to: "chain.pem")
        try fixture.write(TestCertificates.secondKey, to: "key.pem")
        #expect(try served(by: tls) == Self.first)
        #expect(tls.checkFiles())
        #expect(try served(by: tls) == Self.second)
        #expect(!tls.checkFiles())
        #expect(fixture.log.count == 1)
        #expect(fixture.log.first?.hasPrefix("info: TLS: new connections use") == true)
    }

    /// As programs do that replace one file after the other.
    @Test func whatWasReadStaysWhileTheFilesDoNotFit() throws {
        let fixture = try TLSFixture()
        let tls = try fixture.reloader()
        try fixture.write(TestCertificates.second, to: "chain.pem")
        for _ in 0..<3 { #expect(!tls.checkFiles()) }
        #expect(try served(by: tls) == Self.first)
        #expect(fixture.log.count == 1)
        #expect(fixture.log.first?.contains("does not hold the key of the first certificate") == true)

        try fixture.remove("key.pem")
        for _ in 0..<3 { #expect(!tls.checkFiles()) }
        #expect(try served(by: tls) == Self.first)
        #expect(fixture.log.count == 2)
        #expect(fixture.log.last?.contains("key.pem' cannot be opened: No such file or directory") == true)

        try fixture.write(TestCertificates.secondKey, to: "key.pem")
        #expect(tls.checkFiles())
        #expect(try served(by: tls) == Self.second)
    }

    @Test func clientRootsAreReadAgainToo() throws {
        let fixture = try TLSFixture()
        let tls = try fixture.reloader(isMutual: true)
        try fixture.write(TestCertificates.stranger, to: "roots.pem")
        #expect(tls.checkFiles())
        var options = HandshakePair.ClientOptions()
        options.identity = (TestCertificates.client, TestCertificates.clientKey)
        let pair = try HandshakePair(tls, client: options)
        defer { pair.close() }
        try pair.run()
        #expect(!pair.isComplete)
    }

    @Test func connectionsLookAtTheFilesOnceInAnInterval() async throws {
        let fixture = try TLSFixture()
        let (rarely, always) = (try fixture.reloader(), try fixture.reloader(checkInterval: .zero))
        let before = (rarely.context, always.context)
        try fixture.write(TestCertificates.second, to: "chain.pem")
        try fixture.write(TestCertificates.secondKey, to: "key.pem")
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        #expect(try await rarely.context(on: loop).get() === before.0)
        #expect(try await always.context(on: loop).get() !== before.1)
    }

    @Test func certificatesOutOfDateAreTold() throws {
        let fixture = try TLSFixture(certificate: TestCertificates.expired, key: TestCertificates.expiredKey)
        _ = try fixture.reloader()
        #expect(fixture.log.count == 1)
        #expect(
            fixture.log.first?.hasPrefix(
                "warning: TLS: the certificate in '\(fixture.path("chain.pem"))' is no longer valid since") == true)
    }

    // MARK: Files that cannot be used

    private func expectError(
        _ expected: String, sourceLocation: SourceLocation = #_sourceLocation, _ change: (TLSFixture) throws -> Void
    ) throws {
        let fixture = try TLSFixture()
        try change(fixture)
        let error = #expect(throws: TLSConfigurationError.self, sourceLocation: sourceLocation) {
            try fixture.reloader(isMutual: true)
        }
        let text = expected.replacing("$", with: fixture.folder.path)
        #expect("\(error.map { "\($0)" } ?? "")" == text, sourceLocation: sourceLocation)
    }

    @Test func errorsNameTheFileAndWhatIsWrongWithIt() throws {
        try expectError("the certificate file '$/chain.pem' cannot be opened: No such file or directory") {
            try $0.remove("chain.pem")
        }
        try expectError("the key file '$/key.pem' cannot be opened: No such file or directory") {
            try $0.remove("key.pem")
        }
        try expectError("the root certificate file '$/roots.pem' cannot be opened: No such file or directory") {
            try $0.remove("roots.pem")
        }
        try expectError(
            "the certificate file '$/chain.pem' holds no certificate: expected PEM with a line "
                + "'-----BEGIN CERTIFICATE-----'"
        ) { try $0.write("hello", to: "chain.pem") }
        try expectError(
            "the certificate file '$/chain.pem' holds no certificate: its certificate is damaged"
        ) { try $0.write(TestCertificates.first.replacing("MII", with: "AII"), to: "chain.pem") }
        try expectError(
            "the certificate file '$/chain.pem' holds no certificate: it holds a private key: are the two files swapped?"
        ) { try $0.write(TestCertificates.firstKey, to: "chain.pem") }
        try expectError(
            "the key file '$/key.pem' holds no private key: it holds a certificate: are the two files swapped?"
        ) { try $0.write(TestCertificates.first, to: "key.pem") }
        try expectError(
            "the key file '$/key.pem' holds no private key: expected PEM with a line '-----BEGIN PRIVATE KEY-----'"
        ) { try $0.write("", to: "key.pem") }
        try expectError(
            "the key file '$/key.pem' is encrypted, and nobody can be asked for its passphrase: "
                + "give a key without one, readable by the server alone"
        ) { try $0.write(TestCertificates.firstKeyEncrypted, to: "key.pem") }
        try expectError(
            "the key file '$/key.pem' does not hold the key of the first certificate in '$/chain.pem'"
        ) { try $0.write(TestCertificates.secondKey, to: "key.pem") }
        try expectError(
            "the root certificate file '$/roots.pem' holds no certificate: expected PEM with a line "
                + "'-----BEGIN CERTIFICATE-----'"
        ) { try $0.write("\n", to: "roots.pem") }
        try expectError("the certificate file '$/chain.pem' has more than 1048576 bytes; is it the right file?") {
            try $0.write(String(repeating: "x", count: 1 << 21), to: "chain.pem")
        }
    }

    @Test func aFolderIsNoFile() throws {
        let fixture = try TLSFixture()
        let files = TLSConfigurationFiles(certificateChain: fixture.folder.path, privateKey: fixture.path("key.pem"))
        let error = #expect(throws: TLSConfigurationError.self) {
            try TLSContextReloader(files, .http1, logger: fixture.logger)
        }
        #expect(error?.description == "the certificate file '\(fixture.folder.path)' is not a regular file")
    }
}
