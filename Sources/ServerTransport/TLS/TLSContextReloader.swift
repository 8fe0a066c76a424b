package import InferenceTypes
package import Logging
package import NIOCore
internal import NIOPosix
package import NIOSSL
internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Gives each new connection the certificates that are in the files now.
///
/// Thread-safe. When a connection arrives, at most once in a `checkInterval`, the files are looked at, off the event loop;
/// when one has changed, all are read again. Files that cannot be used are told in the log once, and what was read before
/// stays in use.
package final class TLSContextReloader: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// Of the files when they were last read, with or without success.
        var stamps: [FileStamp?]
        var nextCheck: NIODeadline
    }

    private let files: TLSConfigurationFiles
    private let applicationProtocol: ApplicationProtocol
    private let checkInterval: TimeAmount
    private let logger: Logger
    private let state: Mutex<State>

    /// Reads the files; blocks. Throws when they cannot be used.
    package init(
        _ files: TLSConfigurationFiles, _ applicationProtocol: ApplicationProtocol,
        checkInterval: TimeAmount = .seconds(1), logger: Logger
    ) throws(TLSConfigurationError) {
        let material = try TLSMaterial(files, applicationProtocol)
        self.files = files
        self.applicationProtocol = applicationProtocol
        self.checkInterval = checkInterval
        self.logger = logger
        state = Mutex(State(context: material.context, stamps: material.stamps, nextCheck: .now() + checkInterval))
        warnOfValidity(material)
    }

    /// For a server that may have no TLS: `nil` without files. Throws `invalidArgument` when they cannot be used.
    package convenience init?(
        _ files: TLSConfigurationFiles?, _ applicationProtocol: ApplicationProtocol, logger: Logger
    ) throws(ServingError) {
        guard let files else { return nil }
        do {
            try self.init(files, applicationProtocol, logger: logger)
        } catch {
            throw ServingError(.invalidArgument, "cannot serve \(applicationProtocol.name) with TLS: \(error)")
        }
    }

    /// What is in use now.
    package var context: NIOSSLContext { state.withLock { $0.context } }

    /// What a new connection is to use: ready at once, or when the files have been looked at.
    package func context(on eventLoop: any EventLoop) -> EventLoopFuture<NIOSSLContext> {
        let now = NIODeadline.now()
        let context: NIOSSLContext? = state.withLock { state in
            guard now >= state.nextCheck else { return state.context }
            // The connections that arrive meanwhile use what is there, rather than wait for a slow disk.
            state.nextCheck = now + checkInterval
            return nil
        }
        if let context { return eventLoop.makeSucceededFuture(context) }
        return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
            self.checkFiles()
            return self.context
        }.flatMapErrorThrowing { _ in self.context }
    }

    /// Reads the files again when one of them has changed; blocks. Returns whether something new is in use.
    @discardableResult
    package func checkFiles() -> Bool {
        let stamps = files.paths.map { FileStamp(path: $0) }
        guard state.withLock({ $0.stamps != stamps }) else { return false }
        do {
            let material = try TLSMaterial(files, applicationProtocol)
            state.withLock { state in
                state.context = material.context
                state.stamps = material.stamps
            }
            logger.info("TLS: new connections use what is in '\(files.certificateChain)' since it has changed")
            warnOfValidity(material)
            return true
        } catch {
            state.withLock { $0.stamps = stamps }
            logger.error("TLS: the files have changed and cannot be used, so the former ones stay in use: \(error)")
            return false
        }
    }

    private func warnOfValidity(_ material: TLSMaterial) {
        let now = time(nil)
        let certificate = "TLS: the certificate in '\(files.certificateChain)'"
        if now >= material.validity.upperBound {
            logger.warning("\(certificate) is no longer valid since \(Self.days(now - material.validity.upperBound))")
        } else if now < material.validity.lowerBound {
            logger.warning("\(certificate) is not valid for another \(Self.days(material.validity.lowerBound - now))")
        }
    }

    private static func days(_ seconds: Int) -> String {
        let days = seconds / 86400
        return days == 1 ? "1 day" : days > 1 ? "\(days) days" : "\(seconds) seconds"
    }
}
