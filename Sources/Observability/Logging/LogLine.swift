public import ServingProtocol

/// One line of the log before it is formatted. A pure value: time and process are given.
public struct LogLine: Sendable {
    public var severity: LogSeverity
    public var time: WallClockTime
    public var processID: Int32
    /// The last component of the path given.
    public var file: String
    public var line: UInt
    public var message: String
    /// Printed after the message as ` key=value`.
    public var metadata: [(key: String, value: String)]

    public init(
        severity: LogSeverity, time: WallClockTime, processID: Int32, file: String, line: UInt, message: String,
        metadata: [(key: String, value: String)] = []
    ) {
        self.severity = severity
        self.time = time
        self.processID = processID
        self.file = file.lastIndex(of: "/").map { String(file[file.index(after: $0)...]) } ?? file
        self.line = line
        self.message = message
        self.metadata = metadata
    }

    /// The line as Triton writes it, with a newline at its end. The message is quoted and escaped like a JSON string,
    /// so that nothing a client sends can start a line of its own.
    public func text(_ format: LogFormat) -> String {
        var text = prefix(format)
        text += "\""
        Self.appendEscaped(message, to: &text)
        text += "\""
        for (key, value) in metadata {
            text += " "
            Self.appendEscaped(key, to: &text)
            text += "="
            Self.appendEscaped(value, to: &text)
        }
        text += "\n"
        return text
    }

    private func prefix(_ format: LogFormat) -> String {
        let origin = "\(processID) \(file):\(line)] "
        switch format {
        case .default: return "\(severity.rawValue)\(time.monthAndDay) \(time.timeOfDayWithMicroseconds) \(origin)"
        case .iso8601: return "\(time.iso8601) \(severity.rawValue) \(origin)"
        }
    }

    private static func appendEscaped(_ source: String, to text: inout String) {
        for scalar in source.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
