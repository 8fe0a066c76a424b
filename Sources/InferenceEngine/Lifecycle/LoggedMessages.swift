/// What has been logged about which subject, so that looking at the same thing again does not log it again.
struct LoggedMessages {
    /// Subjects that are remembered. Clients can name any number of them, so all are forgotten when it is reached.
    static let limit = 4_096

    private var messages: [String: String] = [:]

    /// Whether this differs from what was logged last about the subject; it counts as logged then.
    mutating func isNew(_ message: String, about subject: String) -> Bool {
        guard messages[subject] != message else { return false }
        if messages[subject] == nil && messages.count >= Self.limit { messages = [:] }
        messages[subject] = message
        return true
    }

    mutating func forget(_ subject: String) { messages[subject] = nil }

    var count: Int { messages.count }
}
