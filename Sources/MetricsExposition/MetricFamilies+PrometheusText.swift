extension MetricFamilies {
    /// The Prometheus text format, version 0.0.4, in UTF-8. A metric without samples is left out.
    public func prometheusText() -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(families.reduce(0) { $0 + 200 + 100 * $1.samples.count })
        for family in families {
            let description = family.description
            text += "# HELP \(description.name) ".utf8
            Self.write(description.help, escapingQuotes: false, to: &text)
            text += "\n# TYPE \(description.name) \(description.kind.rawValue)\n".utf8
            for sample in family.samples { Self.write(sample, of: description.name, to: &text) }
        }
        return text
    }

    private static func write(_ sample: Sample, of name: String, to text: inout [UInt8]) {
        text += name.utf8
        text += sample.suffix.utf8
        var separator = UInt8(ascii: "{")
        for label in sample.labels.labels { write(label, after: &separator, to: &text) }
        if let last = sample.last { write(last, after: &separator, to: &text) }
        if separator == UInt8(ascii: ",") { text.append(UInt8(ascii: "}")) }
        text.append(UInt8(ascii: " "))
        text += sample.value.text.utf8
        text.append(UInt8(ascii: "\n"))
    }

    private static func write(_ label: MetricLabels.Label, after separator: inout UInt8, to text: inout [UInt8]) {
        text.append(separator)
        separator = UInt8(ascii: ",")
        text += label.name.utf8
        text += "=\"".utf8
        write(label.value, escapingQuotes: true, to: &text)
        text.append(UInt8(ascii: "\""))
    }

    private static func write(_ value: String, escapingQuotes: Bool, to text: inout [UInt8]) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): text += "\\\\".utf8
            case UInt8(ascii: "\n"): text += "\\n".utf8
            case UInt8(ascii: "\"") where escapingQuotes: text += "\\\"".utf8
            default: text.append(byte)
            }
        }
    }
}
