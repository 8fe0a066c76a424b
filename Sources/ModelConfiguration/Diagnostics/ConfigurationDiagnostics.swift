/// Everything that is wrong with the text of one model configuration, in the order of the text.
public struct ConfigurationDiagnostics: Error, Sendable, Hashable {
    /// Never empty when thrown.
    public var errors: [ConfigurationDiagnostic]
    /// How many further ones were found but not kept.
    public var omittedCount: Int

    public init(errors: [ConfigurationDiagnostic], omittedCount: Int = 0) {
        self.errors = errors
        self.omittedCount = omittedCount
    }

    /// All errors, each with its source line and a caret.
    public var rendered: String {
        var parts = errors.map(\.rendered)
        if omittedCount > 0 { parts.append("\(omittedCount) more \(omittedCount == 1 ? "error" : "errors") not shown") }
        return parts.joined(separator: "\n")
    }
}

extension ConfigurationDiagnostics: CustomStringConvertible {
    public var description: String { rendered }
}
