import JSONText

extension ModelConfig {
    /// Reads a configuration in protobuf's JSON form, as it is given with a request to load a model.
    ///
    /// Field names may be written as in config.pbtxt or in camel case, enum values by name in any case or by number,
    /// integers as numbers or strings. Unknown fields are errors. `file` names the text in error messages; errors in
    /// fields carry the path of the field, as `input[0].dims`. The result has no defaults applied and is not validated.
    public init(
        json text: String, file: String = "config override", limits: ConfigurationLimits = ConfigurationLimits()
    ) throws(ConfigurationDiagnostics) {
        guard text.utf8.count <= limits.maximumByteCount else {
            throw ConfigurationDiagnostics(errors: [
                ConfigurationDiagnostic(
                    file: file,
                    message: "the text has \(text.utf8.count) bytes; at most \(limits.maximumByteCount) are read")
            ])
        }
        let source = SourceText(Array(text.utf8), file: file)
        var collector = DiagnosticCollector(source: source, maximumCount: limits.maximumErrorCount)
        var root: ValueNode?
        do {
            root = ValueNode(try JSONValue(parsing: text, maximumDepth: limits.maximumDepth))
        } catch {
            collector.report("not valid JSON: \(error.message)", at: error.offset)
        }
        var context = DecodingContext(syntax: .json, collector: collector)
        let config = root.flatMap { ModelConfig.decode($0, &context) }
        if config == nil, context.collector.isEmpty { context.report("expected an object, found null", at: nil) }
        try context.collector.check()
        // Not reached without a configuration: either there is one, or something was reported.
        self = config ?? ModelConfig()
    }
}
