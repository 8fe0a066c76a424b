/// Gathers the errors of one text, up to a limit.
struct DiagnosticCollector {
    private let source: SourceText
    private let maximumCount: Int
    private var found: [(offset: Int, diagnostic: ConfigurationDiagnostic)] = []
    private var omittedCount = 0

    init(source: SourceText, maximumCount: Int) {
        self.source = source
        self.maximumCount = maximumCount
    }

    var isEmpty: Bool { found.isEmpty }

    /// The message is only made when it is kept: thousands of misspelt names cost no thousands of searches.
    /// `offset` is that of the byte at fault; `nil` when only the path is known.
    mutating func report(_ message: @autoclosure () -> String, at offset: Int?, path: String = "") {
        guard found.count < maximumCount else {
            omittedCount += 1
            return
        }
        var diagnostic = ConfigurationDiagnostic(file: source.file, path: path, message: message())
        if let offset {
            (diagnostic.line, diagnostic.column) = source.position(of: offset)
            diagnostic.sourceLine = source.line(at: offset)
        }
        found.append((offset ?? 0, diagnostic))
    }

    /// Throws when anything was reported.
    func check() throws(ConfigurationDiagnostics) {
        guard !found.isEmpty else { return }
        let ordered = found.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
        throw ConfigurationDiagnostics(errors: ordered.map(\.element.diagnostic), omittedCount: omittedCount)
    }
}
