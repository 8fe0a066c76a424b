import Observability

/// The table of models at the end of the start: those that serve by name, then those that failed, each with its cause
/// and what to do about it. A pure value.
struct ModelTable: Equatable {
    struct Row: Equatable {
        var model: String
        /// `nil` when no version of the model was found.
        var version: Int64?
        var isReady: Bool
        var reason: String
        /// What to do about it, if that is known.
        var cure: String?
    }

    var rows: [Row]

    /// Lines that end in a newline and are at most `width` columns wide; `nil` never wraps.
    func text(width: Int?) -> String {
        let ordered = rows.filter(\.isReady) + rows.filter { !$0.isReady }
        let cells = ordered.map { row in
            [row.model, row.version.map { String($0) } ?? "-", status(row)]
        }
        return TextTable(header: ["Model", "Version", "Status"], rows: cells).text(width: width)
    }

    var readyModelCount: Int { Set(rows.filter(\.isReady).map(\.model)).subtracting(failedModels).count }

    var failedModelCount: Int { failedModels.count }

    private var failedModels: Set<String> { Set(rows.filter { !$0.isReady }.map(\.model)) }

    private func status(_ row: Row) -> String {
        guard !row.isReady else { return "READY" }
        // A model without a version never came as far as being loaded.
        let cause = (row.version == nil ? "Not loaded: " : "UNAVAILABLE: ") + row.reason
        return row.cure.map { "\(cause)\n-> \($0)" } ?? cause
    }
}
