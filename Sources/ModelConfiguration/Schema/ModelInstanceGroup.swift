/// A set of equal model instances (message `ModelInstanceGroup`).
public struct ModelInstanceGroup: Sendable, Hashable {
    public enum Kind: Int32, Sendable, CaseIterable { case auto = 0, gpu = 1, cpu = 2, model = 3 }

    public struct RateLimiter: Sendable, Hashable {
        public struct Resource: Sendable, Hashable {
            public var name = ""
            public var isGlobal = false
            public var count: UInt32 = 0
            public init() {}
        }
        public var resources: [Resource] = []
        public var priority: UInt32 = 0
        public init() {}
    }

    public struct SecondaryDevice: Sendable, Hashable {
        public enum Kind: Int32, Sendable, CaseIterable { case nvdla = 0 }
        public var kind = Kind.nvdla
        public var deviceID: Int64 = 0
        public init() {}
    }

    public var name = ""
    public var kind = Kind.auto
    public var count: Int32 = 0
    public var rateLimiter: RateLimiter?
    public var gpus: [Int32] = []
    public var secondaryDevices: [SecondaryDevice] = []
    public var profiles: [String] = []
    public var passive = false
    public var hostPolicy = ""

    public init() {}
}
