package import ServerTransport
public import ServingProtocol

/// How an `HTTPServer` listens and what it allows.
public struct HTTPServerConfiguration: Sendable, Hashable {
    /// An IPv4 or IPv6 address, or a host name.
    public var host: String
    /// 0 lets the system choose a free port.
    public var port: Int
    /// Lets several servers listen on one port (SO_REUSEPORT).
    public var reusesPort = false
    /// Serves HTTPS with these certificates; they are read again when the files change.
    package var tls: TLSConfigurationFiles?
    public var limits = HTTPLimits()
    public var access = AccessRules()

    public init(host: String = "0.0.0.0", port: Int = 8000) {
        self.host = host
        self.port = port
    }
}
