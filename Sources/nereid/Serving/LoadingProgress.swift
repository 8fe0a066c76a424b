import Observability
import ServingProtocol

/// Shows on a terminal how far the loading of models is: one line below the log that changes in place. Without a terminal
/// the log's lines tell it.
struct LoadingProgress {
    private static let interval = Duration.milliseconds(200)

    let output: LogOutput
    let service: any InferenceService
    let began: ContinuousClock.Instant

    /// Runs until it is cancelled.
    func start() -> Task<Void, Never> {
        guard output.isTerminal else { return Task {} }
        return Task {
            while !Task.isCancelled {
                if let entries = try? await service.repositoryIndex(readyOnly: false), !Task.isCancelled {
                    output.show(status: Self.text(entries, after: ContinuousClock.now - began, width: output.columns))
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// `loading models: 2 of 5 · speech_encoder, vad · 1.20 s`
    static func text(_ entries: [ModelIndexEntry], after duration: Duration, width: Int?) -> String {
        let names = Set(entries.map(\.name))
        let loading = Set(entries.filter { $0.state == .loading }.map(\.name))
        let ended = Set(entries.filter { $0.state == .ready || $0.state == .unavailable }.map(\.name))
            .subtracting(loading)
        var parts = ["loading models: \(ended.count) of \(names.count)"]
        if !loading.isEmpty { parts.append(loading.sorted().joined(separator: ", ")) }
        parts.append(StartupSummary.seconds(duration))
        let text = parts.joined(separator: " \u{b7} ")
        guard let width, text.count >= width else { return text }
        return String(text.prefix(max(0, width - 4))) + "..."
    }
}
