package import InferenceTypes
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ServingError {
    /// - Parameter name: of the protocol.
    package static func cannotListen(
        for name: String, host: String, port: Int, because error: any Error
    ) -> ServingError {
        ServingError(
            .unavailable,
            "cannot listen for \(name) on \(host):\(port): \(reason(error)); is another server using the port?")
    }

    /// The system's words, without the names of functions and numbers around them.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode))
    }
}

extension ListeningSocket {
    /// Binds a socket; `name` is that of the protocol. Throws `unavailable`, with the cause.
    package convenience init(
        for name: String, host: String, port: Int, reusesPort: Bool
    ) throws(ServingError) {
        do {
            try self.init(host: host, port: port, reusesPort: reusesPort)
        } catch {
            throw .cannotListen(for: name, host: host, port: port, because: error)
        }
    }
}
