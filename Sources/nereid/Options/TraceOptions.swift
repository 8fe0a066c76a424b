import ArgumentParser
import ServingProtocol

/// What the trace settings are at first. The flags but `--trace-config` are deprecated in Triton.
struct TraceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A trace setting: level, rate, count or mode, or with a mode in front one of that mode, such as "
                + "triton,file=<path>; may be repeated. Settings are kept and answered; nothing is traced yet.",
            valueName: "[mode,]setting=value"))
    var traceConfig: [String] = []

    @Option(help: .hidden)
    var traceFile: String?

    @Option(help: .hidden)
    var traceLevel: [String] = []

    @Option(help: .hidden)
    var traceRate: String?

    @Option(help: .hidden)
    var traceCount: String?

    @Option(help: .hidden)
    var traceLogFrequency: String?

    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        var trace = TraceSettings()
        for level in traceLevel { try Self.set("level", to: level, of: "--trace-level", &trace) }
        if let traceRate { try Self.set("rate", to: traceRate, of: "--trace-rate", &trace) }
        if let traceCount { try Self.set("count", to: traceCount, of: "--trace-count", &trace) }
        if let traceFile { trace.file = traceFile }
        if let traceLogFrequency {
            trace.logFrequency = try Self.unsigned(traceLogFrequency, of: "--trace-log-frequency")
        }
        var options: [TraceSettings.Mode: [TraceSettings.Option]] = [:]
        for text in traceConfig { try Self.apply(text, to: &trace, &options) }
        trace.options = options[trace.mode] ?? []
        configuration.trace = trace
    }

    /// The comma that ends the mode stands before the first `=`; later commas belong to the value.
    private static func apply(
        _ text: String, to trace: inout TraceSettings, _ options: inout [TraceSettings.Mode: [TraceSettings.Option]]
    ) throws(CommandLineError) {
        let flag = "--trace-config"
        let malformed = CommandLineError(
            "\(flag) option format is '<mode>,<setting>=<value>' or '<setting>=<value>'. Got \(text)")
        guard let equals = text.firstIndex(of: "=") else { throw malformed }
        let value = String(text[text.index(after: equals)...])
        let names = text[..<equals].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.count <= 2, names.allSatisfy({ !$0.isEmpty }), !value.isEmpty else { throw malformed }
        guard names.count == 2 else { return try set(names[0], to: value, of: flag, &trace) }
        let mode = try mode(names[0], of: flag)
        switch (mode, names[1]) {
        case (.triton, "file"): trace.file = value
        case (.triton, "log-frequency"): trace.logFrequency = try unsigned(value, of: flag)
        default: options[mode, default: []].append(TraceSettings.Option(name: names[1], value: value))
        }
    }

    private static func set(
        _ name: String, to value: String, of flag: String, _ trace: inout TraceSettings
    ) throws(CommandLineError) {
        switch name {
        case "level":
            switch value.uppercased() {
            case "OFF": trace.level = []
            case "TIMESTAMPS": trace.level.insert(.timestamps)
            case "TENSORS": trace.level.insert(.tensors)
            default: throw invalid(value, flag, "OFF, TIMESTAMPS or TENSORS")
            }
        case "rate": trace.rate = try unsigned(value, of: flag)
        case "count":
            guard let count = Int32(value), count >= -1 else { throw invalid(value, flag, "-1 or more") }
            trace.count = count
        case "mode": trace.mode = try mode(value, of: flag)
        default:
            throw CommandLineError(
                "\(flag) has no setting '\(name)'; expected level, rate, count or mode, or <mode>,<setting>.")
        }
    }

    private static func mode(_ text: String, of flag: String) throws(CommandLineError) -> TraceSettings.Mode {
        guard let mode = TraceSettings.Mode(rawValue: text) else {
            throw invalid(text, flag, "mode \(FlagValue.list(TraceSettings.Mode.allCases.map(\.rawValue)))")
        }
        return mode
    }

    private static func unsigned(_ text: String, of flag: String) throws(CommandLineError) -> UInt32 {
        guard let value = UInt32(text) else { throw invalid(text, flag, "an integer from 0 to \(UInt32.max)") }
        return value
    }

    private static func invalid(_ value: String, _ flag: String, _ expected: String) -> CommandLineError {
        CommandLineError("the value '\(value)' is invalid for \(flag): expected \(expected).")
    }
}
