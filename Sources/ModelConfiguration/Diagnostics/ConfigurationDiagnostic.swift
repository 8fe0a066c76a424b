/// One thing that is wrong with the text of a model configuration.
public struct ConfigurationDiagnostic: Sendable, Hashable {
    /// The name of the text, as it is shown to people: `config.pbtxt`, or `config override`.
    public var file: String
    /// 1 for the first line; `nil` when only the path of the field is known (JSON).
    public var line: Int?
    /// 1 for the first character of the line.
    public var column: Int?
    /// The field, such as `input[0].dims`; empty for the text as a whole.
    public var path: String
    public var message: String
    /// The whole line that `line` names.
    public var sourceLine: String?

    public init(
        file: String, line: Int? = nil, column: Int? = nil, path: String = "", message: String,
        sourceLine: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        self.sourceLine = sourceLine
    }

    /// `config.pbtxt:12:9: error: unknown field ...`, then the source line and a caret below the column.
    public var rendered: String {
        guard let line, let column else {
            return path.isEmpty ? "\(file): error: \(message)" : "\(file): \(path): error: \(message)"
        }
        var text = "\(file):\(line):\(column): error: \(message)"
        if let sourceLine, !sourceLine.isEmpty {
            let (shown, caret) = Self.excerpt(of: sourceLine, column: column)
            text += "\n    \(shown)\n    \(caret)^"
        }
        return text
    }

    private static let widestExcerpt = 160

    /// The part of the line around the column, and what stands before the caret (tabs stay tabs, so that it lines up).
    private static func excerpt(of line: String, column: Int) -> (shown: String, padding: String) {
        var scalars = Array(line.unicodeScalars)
        var offset = min(max(column - 1, 0), scalars.count)
        if scalars.count > widestExcerpt {
            let start = max(0, min(offset - widestExcerpt / 2, scalars.count - widestExcerpt))
            scalars = Array(scalars[start..<min(start + widestExcerpt, scalars.count)])
            offset -= start
        }
        var shown = String.UnicodeScalarView()
        shown.append(contentsOf: scalars)
        var padding = String.UnicodeScalarView()
        padding.append(contentsOf: scalars[..<offset].map { $0 == "\t" ? "\t" : " " })
        return (String(shown), String(padding))
    }
}
