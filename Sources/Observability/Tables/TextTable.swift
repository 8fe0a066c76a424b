/// A table of text with a ruled frame, as wide as its content or as the width it is given.
///
/// A pure value: rows and width in, text out. Cells may have several lines. Where the width is too small, cells wrap
/// between words, and inside a word that is wider than its column.
public struct TextTable: Sendable {
    public var header: [String]
    /// Each row is filled up or cut to the number of columns of the header.
    public var rows: [[String]]

    /// The narrowest a column becomes.
    private static let minimumColumnWidth = 6
    /// Sentences are hard to read in columns narrower than this.
    private static let readableColumnWidth = 20

    public init(header: [String], rows: [[String]] = []) {
        self.header = header
        self.rows = rows
    }

    /// The table as lines that end in a newline, none wider than `width` columns; `nil` never wraps. A width too small
    /// for the frame and the narrowest columns is exceeded.
    public func text(width: Int? = nil) -> String {
        guard !header.isEmpty else { return "" }
        let lines = ([header] + rows).map(cellLines)
        var widths = header.indices.map { column in
            lines.flatMap { $0[column] }.map { DisplayWidth.of($0) }.max() ?? 0
        }
        if let width { Self.shrink(&widths, to: width - (3 * header.count + 1)) }

        let rule = "+" + widths.map { String(repeating: "-", count: $0 + 2) + "+" }.joined() + "\n"
        var text = rule
        for (index, row) in lines.enumerated() {
            appendRow(row, widths: widths, to: &text)
            if index == 0 { text += rule }
        }
        return text + rule
    }

    /// The row's cells, a line each, one cell for every column.
    private func cellLines(_ row: [String]) -> [[String]] {
        header.indices.map { column in
            guard column < row.count else { return [""] }
            return DisplayWidth.printable(row[column]).split(separator: "\n", omittingEmptySubsequences: false)
                .map(String.init)
        }
    }

    /// Takes from the last column, which holds the longest text, as long as it stays readable; then from the widest.
    private static func shrink(_ widths: inout [Int], to budget: Int) {
        var excess = widths.reduce(0, +) - budget
        if let last = widths.last, excess > 0, last > readableColumnWidth {
            let step = min(excess, last - readableColumnWidth)
            widths[widths.count - 1] -= step
            excess -= step
        }
        while excess > 0 {
            guard let widest = widths.max(), widest > minimumColumnWidth else { return }
            let others = widths.filter { $0 < widest }.max() ?? 0
            let columns = widths.indices.filter { widths[$0] == widest }
            let floor = max(others, minimumColumnWidth, widest - (excess + columns.count - 1) / columns.count)
            for column in columns where excess > 0 {
                let step = min(widest - floor, excess)
                widths[column] -= step
                excess -= step
            }
        }
    }

    private func appendRow(_ row: [[String]], widths: [Int], to text: inout String) {
        let wrapped = row.indices.map { column in row[column].flatMap { Self.wrap($0, width: widths[column]) } }
        for line in 0..<(wrapped.map(\.count).max() ?? 0) {
            text += "|"
            for (column, cell) in wrapped.enumerated() {
                let part = line < cell.count ? cell[line] : ""
                text +=
                    " " + part + String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(part))) + " |"
            }
            text += "\n"
        }
    }

    /// The line in pieces of at most `width` columns.
    static func wrap(_ line: String, width: Int) -> [String] {
        guard DisplayWidth.of(line) > width, width > 0 else { return [line] }
        var pieces: [String] = []
        var current = ""
        var currentWidth = 0
        for word in line.split(separator: " ", omittingEmptySubsequences: true) {
            let wordWidth = DisplayWidth.of(word)
            if !current.isEmpty, currentWidth + 1 + wordWidth <= width {
                current += " " + word
                currentWidth += 1 + wordWidth
                continue
            }
            if !current.isEmpty { pieces.append(current) }
            current = ""
            currentWidth = 0
            for character in word {
                let step = DisplayWidth.of(character)
                if currentWidth + step > width, !current.isEmpty {
                    pieces.append(current)
                    current = ""
                    currentWidth = 0
                }
                current.append(character)
                currentWidth += step
            }
        }
        if !current.isEmpty { pieces.append(current) }
        return pieces
    }
}
