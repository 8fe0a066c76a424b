import Logging
import ServerTransport
import ServingProtocol

/// What all connections of a server share.
final class GRPCConnectionService: Sendable {
    let methods: GRPCMethodTable
    let restrictedAPIs: RestrictedAPIs
    let limits: GRPCLimits
    let keepAlive: GRPCKeepAliveSettings
    let compression: GRPCCompressionLevel
    let decodingThreads: DecodingThreads
    let budget: BodyBudget
    let openExchanges: OpenExchanges
    let logger: Logger
    /// About connections that end because of what their clients do.
    let warnings: LimitedWarnings

    init(
        methods: [GRPCMethod], configuration: GRPCServerConfiguration, decodingThreads: DecodingThreads,
        budget: BodyBudget = BodyBudget(), openExchanges: OpenExchanges = OpenExchanges(), logger: Logger
    ) {
        self.methods = GRPCMethodTable(methods)
        restrictedAPIs = configuration.access.restrictedAPIs
        limits = configuration.limits
        keepAlive = configuration.keepAlive
        compression = configuration.compression
        self.decodingThreads = decodingThreads
        self.budget = budget
        self.openExchanges = openExchanges
        self.logger = logger
        warnings = LimitedWarnings(logger)
    }
}
