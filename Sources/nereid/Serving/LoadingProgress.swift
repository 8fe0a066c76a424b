import ObjectStorage
import Observability
import ServingProtocol

/// Shows on a terminal how far the loading of models is: one line below the log that changes in place. Without a terminal
/// the log's lines tell it.
struct LoadingProgress {
    private static let interval = Duration.milliseconds(200)

    let output: LogOutput
    let service: any InferenceService
    /// What is fetched from object stores first; `nil` if nothing is.
    var transfers: TransferMeter?
    let began: ContinuousClock.Instant

    /// Runs until it is cancelled.
    func start() -> Task<Void, Never> {
        guard output.isTerminal else { return Task {} }
        return Task {
            var before: Int64 = 0
            while !Task.isCancelled {
                if let reading = transfers?.reading, reading.isActive {
                    let rate = Double(max(reading.bytes - before, 0)) / (Self.interval / .seconds(1))
                    before = reading.bytes
                    let text = TransferText.progress(reading, bytesPerSecond: rate)
                    output.show(status: Self.shortened(text, to: output.columns))
                    try? await Task.sleep(for: Self.interval)
                    continue
                }
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
        return shortened(parts.joined(separator: " \u{b7} "), to: width)
    }

    private static func shortened(_ text: String, to width: Int?) -> String {
        guard let width, text.count >= width else { return text }
        return String(text.prefix(max(0, width - 4))) + "..."
    }
}
