package import ServerTransport
package import ServingProtocol

/// How a `GRPCServer` listens and what it allows.
package struct GRPCServerConfiguration: Sendable, Hashable {
    /// An IPv4 or IPv6 address, or a host name.
    package var host: String
    /// 0 lets the system choose a free port.
    package var port: Int
    /// Lets several servers listen on one port (SO_REUSEPORT).
    package var reusesPort = false
    /// Serves with these certificates; they are read again when the files change.
    package var tls: TLSConfigurationFiles?
    package var limits = GRPCLimits()
    package var keepAlive = GRPCKeepAliveSettings()
    package var access = AccessRules()
    package var compression = GRPCCompressionLevel.none

    package init(host: String = "0.0.0.0", port: Int = 8001) {
        self.host = host
        self.port = port
    }
}
