extension ModelConfig {
    /// The configuration as a config.pbtxt: only what is set, indented by two spaces, a line break at the end.
    ///
    /// Reading the text gives an equal configuration.
    public var textFormat: String { TextFormatPrinter.text(of: ModelConfig.schema.encode(self)) }
}
