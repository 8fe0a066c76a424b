extension ModelConfig {
    /// Reads a configuration in protobuf text format, the format of config.pbtxt.
    ///
    /// The result is what the text says: no defaults, no validation. `file` names the text in error messages.
    /// All errors of the text are thrown at once.
    public init(
        textFormat text: String, file: String = "config.pbtxt", limits: ConfigurationLimits = ConfigurationLimits()
    ) throws(ConfigurationDiagnostics) {
        try self.init(textFormat: Array(text.utf8), file: file, limits: limits)
    }

    /// The same for the bytes of a file, which need not be valid UTF-8.
    public init(
        textFormat bytes: [UInt8], file: String = "config.pbtxt", limits: ConfigurationLimits = ConfigurationLimits()
    ) throws(ConfigurationDiagnostics) {
        guard bytes.count <= limits.maximumByteCount else {
            throw ConfigurationDiagnostics(errors: [
                ConfigurationDiagnostic(
                    file: file,
                    message: "the file has \(bytes.count) bytes; at most \(limits.maximumByteCount) are read")
            ])
        }
        let source = SourceText(bytes, file: file)
        var collector = DiagnosticCollector(source: source, maximumCount: limits.maximumErrorCount)
        let fields = TextFormatParser.fields(of: source, limits: limits, reportingTo: &collector)
        var context = DecodingContext(syntax: .text, collector: collector)
        var config = ModelConfig.schema.decode(fields, &context)
        try context.collector.check()
        config.origin = ConfigurationOrigin(source: source, offsets: context.offsets)
        self = config
    }
}
