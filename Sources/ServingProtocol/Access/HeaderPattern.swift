public import InferenceTypes

/// A regular expression over the names of headers, in RE2's syntax, which ignores case unless it says `(?-i)`.
///
/// Matching takes time in proportion to the length of the name, whatever the name and the expression.
public struct HeaderPattern: Sendable {
    /// The expression as it was given.
    public let text: String
    private let program: PatternProgram

    /// - Throws: `PatternError`, which says what is wrong and where.
    public init(_ text: String) throws(PatternError) {
        self.text = text
        var parser = PatternParser(text)
        program = try PatternProgram(try parser.parse())
    }

    /// Whether some part of the name matches.
    public func matches(_ name: some Collection<UInt8>) -> Bool { program.matches(Array(name)) }
}

extension HeaderPattern: Hashable {
    public static func == (left: HeaderPattern, right: HeaderPattern) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension HeaderPattern {
    /// Makes the header a parameter of the request, if its name matches.
    ///
    /// - Throws: `invalidArgument` when the name is one that only clients' parameters may have.
    public func forward(
        name: String, value: String, to request: inout InferenceRequest
    ) throws(ServingError) {
        guard matches(name.utf8) else { return }
        let isReserved =
            name.hasPrefix(RequestParameterName.reservedPrefix) || RequestParameterName(rawValue: name) != nil
            || name == "binary_data_output" || name == "headers"
        guard !isReserved else {
            throw ServingError(
                .invalidArgument,
                "header '\(name)' cannot be forwarded as a parameter of the request: parameters of that name are reserved"
            )
        }
        request.parameters[name] = .string(value)
    }
}
