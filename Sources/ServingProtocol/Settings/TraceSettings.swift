/// What is traced and where it goes, for the server or for one model.
public struct TraceSettings: Sendable, Hashable {
    /// What a trace tells; nothing means that tracing is off.
    public struct Level: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let timestamps = Level(rawValue: 1)
        public static let tensors = Level(rawValue: 2)

        /// As clients write it.
        public var names: [String] {
            if isEmpty { return ["OFF"] }
            return (contains(.timestamps) ? ["TIMESTAMPS"] : []) + (contains(.tensors) ? ["TENSORS"] : [])
        }
    }

    public enum Mode: String, Sendable, Hashable, CaseIterable { case triton, opentelemetry }

    public struct Option: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public var level: Level = []
    /// Every how many requests one is traced.
    public var rate: UInt32 = 1000
    /// How many traces are still to be taken; -1 is no limit.
    public var count: Int32 = -1
    /// After how many traces a file of their own is written; 0 writes one file at the end.
    public var logFrequency: UInt32 = 0
    public var file = ""
    public var mode = Mode.triton
    /// Further settings of the mode, which are answered as they were given.
    public var options: [Option] = []

    public init() {}

    /// The names and values that clients see, in the order in which HTTP shows them; each value but that of `trace_level`
    /// is one text.
    public var entries: [(name: String, values: [String])] {
        var entries = [
            ("trace_level", level.names), ("trace_rate", [String(rate)]), ("trace_count", [String(count)]),
        ]
        if mode == .triton {
            entries += [("log_frequency", [String(logFrequency)]), ("trace_file", [file])]
        }
        entries.append(("trace_mode", [mode.rawValue]))
        return entries + options.map { ($0.name, [$0.value]) }
    }

    /// Why nothing could be traced; `nil` when it could, and when tracing is off.
    var defect: String? {
        if level.isEmpty { return nil }
        if rate == 0 { return "sample rate must be non-zero" }
        return mode == .triton && file.isEmpty ? "trace file name is not given" : nil
    }
}
