import Foundation
import Logging
import Testing

@testable import nereid

struct ServiceNotifierTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A datagram socket, as a service manager has it.
    private func bound(_ name: String) throws -> Int32 {
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_DGRAM, 0)
        #endif
        let address = try #require(UnixSocketAddress(name))
        #expect(address.withSockAddr { bind(descriptor, $0, $1) } == 0)
        return descriptor
    }

    private func received(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @Test(arguments: ["", "@"])
    func tellsHowTheServerIs(prefix: String) throws {
        let unique = "n-\(UUID().uuidString.prefix(8))"
        let name =
            prefix.isEmpty ? FileManager.default.temporaryDirectory.appending(path: unique).path : prefix + unique
        #if !os(Linux)
            guard prefix.isEmpty else { return }
        #endif
        let descriptor = try bound(name)
        defer {
            close(descriptor)
            unlink(name)
        }
        let notifier = ServiceNotifier(socket: name, logger: logger)
        notifier.starting()
        #expect(received(descriptor) == "STATUS=loading models")
        notifier.ready("ready in 1 s\nREADY=0")
        #expect(received(descriptor) == "READY=1\nSTATUS=ready in 1 s READY=0", "a status is one line")
        notifier.stopping("SIGTERM")
        #expect(received(descriptor) == "STOPPING=1\nSTATUS=SIGTERM")
    }

    @Test(arguments: [nil, "vsock:2:1", "relative", "/no/such/socket"])
    func nobodyToTellIsNoProblem(name: String?) {
        let notifier = ServiceNotifier(socket: name, logger: logger)
        notifier.starting()
        notifier.ready("ready")
    }
}
