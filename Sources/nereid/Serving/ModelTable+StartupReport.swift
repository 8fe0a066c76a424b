import InferenceEngine
import ModelRepository

extension ModelTable {
    init(_ report: StartupReport, advice: ModelLoadAdvice) {
        rows = report.rows.map { row in
            let isReady = row.state == .ready
            return Row(
                model: row.model, version: row.version, isReady: isReady, reason: row.reason,
                cure: isReady ? nil : advice.cure(for: row.reason, model: row.model))
        }
    }
}
