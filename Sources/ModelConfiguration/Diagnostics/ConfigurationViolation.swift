/// A rule that a configuration breaks.
struct ConfigurationViolation: Hashable {
    /// What is wrong, in Triton's words where it has some.
    var message: String
    /// The field at fault, such as `input[0].dims`; empty when it is none in particular.
    var field: String

    init(_ message: String, at field: String = "") {
        self.message = message
        self.field = field
    }

    /// The message, and on a line below it the place in the text.
    func rendered(for config: ModelConfig) -> String { config.placing(message, at: field) }
}

// A rule about no field in particular is its message.
extension ConfigurationViolation: ExpressibleByStringInterpolation {
    init(stringLiteral message: String) { self.init(message) }
}

extension ModelConfig {
    /// A message about a field, such as `parameters["X"]`, followed by a line with the place where it is written, if it is.
    public func placing(_ message: String, at field: String) -> String {
        guard let place = origin.place(of: field) else { return message }
        return "\(message)\n    at \(place)"
    }
}
