public import InferenceTypes

/// What a client wants of the trace settings of the server or of a model.
public struct TraceSettingsChange: Sendable, Hashable {
    /// The settings that can be given, in the order in which they are looked at. Others are ignored.
    public static let names = ["trace_file", "trace_level", "trace_rate", "trace_count", "log_frequency"]

    var level = SettingChange<TraceSettings.Level>.keep
    var rate = SettingChange<UInt32>.keep
    var count = SettingChange<Int32>.keep
    var logFrequency = SettingChange<UInt32>.keep
    private let wording: SettingsWording

    public init(_ wording: SettingsWording) { self.wording = wording }

    /// - Parameter values: what is given for the setting; none lets it fall back to that of the server, or the server's to
    ///   what it was started with.
    public mutating func set(_ name: String, to values: [String]) throws(ServingError) {
        switch name {
        case "trace_file":
            throw ServingError(.unsupported, "trace file location can not be updated through network protocol")
        case "trace_level": try setLevel(values)
        case "trace_rate": rate = try Self.change(name, values, Self.unsigned)
        case "trace_count": count = try Self.change(name, values, Self.count(wording))
        case "log_frequency": logFrequency = try Self.change(name, values, Self.unsigned)
        default: break
        }
    }

    private mutating func setLevel(_ names: [String]) throws(ServingError) {
        guard !names.isEmpty else {
            level = .clear
            return
        }
        var wanted: TraceSettings.Level?
        for name in names {
            switch name {
            case "OFF":
                guard names.count == 1 else {
                    throw ServingError(.invalidArgument, "Expect only one trace level 'OFF' is specified")
                }
                wanted = []
            case "TIMESTAMPS": wanted = (wanted ?? []).union(.timestamps)
            case "TENSORS": wanted = (wanted ?? []).union(.tensors)
            default: break
            }
        }
        if let wanted { level = .set(wanted) }
    }

    private static func change<Value: Sendable & Hashable>(
        _ name: String, _ values: [String], _ parse: (_ name: String, _ text: String) throws(ServingError) -> Value
    ) throws(ServingError) -> SettingChange<Value> {
        guard let text = values.first else { return .clear }
        guard values.count == 1 else {
            throw ServingError(.invalidArgument, "expect only 1 value for '\(name)'")
        }
        return .set(try parse(name, text))
    }

    /// Negative numbers wrap, as they do in the reference server.
    private static func unsigned(_ name: String, _ text: String) throws(ServingError) -> UInt32 {
        UInt32(bitPattern: try integer(name, text, range: "0, \(UInt32.max)"))
    }

    private static func count(
        _ wording: SettingsWording
    ) -> (_ name: String, _ text: String) throws(ServingError) -> Int32 {
        { (name, text) throws(ServingError) in
            let value = try integer(name, text, range: "-1, \(Int32.max)")
            guard value >= -1 else {
                let lead =
                    switch wording {
                    case .http: "got:"
                    case .grpc: "got: "
                    }
                throw ServingError(
                    .invalidArgument, "Unable to parse '\(name)'. Expecting value >= -1, \(lead)\(text)")
            }
            return value
        }
    }

    /// Reads blanks, a sign and digits; what follows does not matter.
    private static func integer(_ name: String, _ text: String, range: String) throws(ServingError) -> Int32 {
        let bytes = text.utf8.drop { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = bytes.dropFirst(isNegative || bytes.first == UInt8(ascii: "+") ? 1 : 0)
            .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else {
            throw ServingError(.invalidArgument, "Unable to parse '\(name)', got: \(text)")
        }
        guard let value = Int32((isNegative ? "-" : "") + String(Substring(digits))) else {
            throw ServingError(
                .invalidArgument, "Unable to parse '\(name)', value is out of range [ \(range) ], got: \(text)")
        }
        return value
    }
}
