/// A file of the AWS command line: `~/.aws/credentials` or `~/.aws/config`.
///
/// Sections are `[name]` or `[profile name]`; lines are `name = value`; `#` and `;` begin comments. Nested settings,
/// which are indented, are passed over.
struct ProfileFile: Sendable {
    private var profiles: [String: [String: String]] = [:]

    init(parsing text: String) {
        var current: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let isIndented = line.first == " " || line.first == "\t"
            let trimmed = Self.trimmed(line)
            guard let first = trimmed.first, first != "#", first != ";" else { continue }
            if first == "[" {
                let end = trimmed.firstIndex(of: "]") ?? trimmed.endIndex
                let words = trimmed[trimmed.index(after: trimmed.startIndex)..<end].split { $0 == " " || $0 == "\t" }
                current = words.last.map(String.init)
            } else if let current, !isIndented, let equals = trimmed.firstIndex(of: "=") {
                let name = Self.trimmed(trimmed[..<equals]).lowercased()
                profiles[current, default: [:]][name] = String(Self.trimmed(trimmed[trimmed.index(after: equals)...]))
            }
        }
    }

    func hasProfile(_ name: String) -> Bool { profiles[name] != nil }

    /// `nil` where the profile lacks the setting or has it empty.
    func value(_ setting: String, of profile: String) -> String? {
        profiles[profile]?[setting].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
