public import InferenceTypes

/// What a client wants of the log; `nil` leaves a setting as it is. Settings of other names are ignored.
public struct LogSettingsChange: Sendable, Hashable {
    public var info: Bool?
    public var warning: Bool?
    public var error: Bool?
    public private(set) var verboseLevel: Int?
    public private(set) var format: LogFormat?

    public init() {}

    /// What a request to change the file gets.
    public static let fileError = ServingError(
        .unsupported, "log file location can not be updated through network protocol")

    public mutating func setVerboseLevel(_ level: UInt64) { verboseLevel = Int(clamping: level) }

    public mutating func setFormat(_ name: String, _ wording: SettingsWording) throws(ServingError) {
        guard let format = LogFormat(rawValue: name) else {
            switch wording {
            case .http: throw ServingError(.unavailable, "invalid argument for --log_format, got: \(name)")
            case .grpc: throw ServingError(.invalidArgument, "invalid argument for log_format, got: \(name)")
            }
        }
        self.format = format
    }

    func apply(to settings: inout LogSettings) {
        if let info { settings.info = info }
        if let warning { settings.warning = warning }
        if let error { settings.error = error }
        if let verboseLevel { settings.verboseLevel = verboseLevel }
        if let format { settings.format = format }
    }
}
