import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Says in a few words why a connection failed.
enum TransportFault {
    static func text(of error: any Error, timeout: Duration) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let cause = error.connectionErrors.first { return text(of: cause.error, timeout: timeout) }
            return "the name '\(error.host)' cannot be resolved"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error as HTTPClientError:
            if error == .connectTimeout || error == .readTimeout || error == .deadlineExceeded {
                return "no answer within \(timeout.components.seconds) s"
            }
            return error == .remoteConnectionClosed ? "it closed the connection" : error.shortDescription
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: return "TLS: \(error)"
        case is ChannelError: return "no answer within \(timeout.components.seconds) s"
        default: return "\(error)"
        }
    }
}
