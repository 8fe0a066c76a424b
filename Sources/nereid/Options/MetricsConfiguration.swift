import HTTPFrontend
import Observability

/// How metrics are served.
struct MetricsConfiguration: Equatable, Sendable {
    static let standardPort = 8002
    static let standardMaximumConnections = 64

    var server = HTTPServerConfiguration(port: standardPort)
    var settings = MetricsSettings()
}
