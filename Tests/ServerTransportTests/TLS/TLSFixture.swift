import Foundation
import InferenceTesting
import Logging
import NIOCore
import NIOSSL
import ServerTransport

/// A folder with the files of a server's TLS configuration, and what was logged about them.
final class TLSFixture: Sendable {
    let folder: URL
    private let recording = RecordingLog()

    init(certificate: String = TestCertificates.first, key: String = TestCertificates.firstKey) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write(certificate, to: "chain.pem")
        try write(key, to: "key.pem")
        try write(TestCertificates.clientRoot, to: "roots.pem")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Puts a new file in place of the old one.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: folder.appending(path: name)) }

    func files(isMutual: Bool = false) -> TLSConfigurationFiles {
        TLSConfigurationFiles(
            certificateChain: path("chain.pem"), privateKey: path("key.pem"),
            clientRoots: isMutual ? path("roots.pem") : nil)
    }

    func reloader(
        isMutual: Bool = false, _ applicationProtocol: ApplicationProtocol = .http2,
        checkInterval: TimeAmount = .hours(1)
    ) throws -> TLSContextReloader {
        try TLSContextReloader(
            files(isMutual: isMutual), applicationProtocol, checkInterval: checkInterval, logger: logger)
    }

    // MARK: The log

    var log: [String] { recording.lines }
    var logger: Logger { recording.logger }
}
