public import InferenceTypes
public import Logging
import Synchronization

/// The trace settings of the server and of its models, each of which falls back to the one above it: a model's to the
/// server's, the server's to what it was started with.
///
/// Thread-safe. The settings are kept and answered; nothing is traced yet, which a warning says when it is asked for.
public final class TraceSettingsTable: Sendable {
    private struct Overrides {
        var level: TraceSettings.Level?
        var rate: UInt32?
        var count: Int32?
        var logFrequency: UInt32?

        var isEmpty: Bool { level == nil && rate == nil && count == nil && logFrequency == nil }

        mutating func apply(_ change: TraceSettingsChange) {
            change.level.apply(to: &level)
            change.rate.apply(to: &rate)
            change.count.apply(to: &count)
            change.logFrequency.apply(to: &logFrequency)
        }

        func over(_ fallback: TraceSettings) -> TraceSettings {
            var settings = fallback
            if let level { settings.level = level }
            if let rate { settings.rate = rate }
            if let count { settings.count = count }
            if let logFrequency { settings.logFrequency = logFrequency }
            return settings
        }
    }

    private struct State {
        var server = Overrides()
        var models: [String: Overrides] = [:]
    }

    private let initial: TraceSettings
    private let logger: Logger
    private let state = Mutex(State())
    private let hasWarned = Atomic(false)

    /// - Parameter initial: what the server was started with.
    public init(_ initial: TraceSettings = TraceSettings(), logger: Logger) {
        self.initial = initial
        self.logger = logger
        warn(initial)
    }

    /// The settings that hold for a model, or for the server when `model` is `nil`.
    public func settings(ofModel model: String? = nil) -> TraceSettings {
        state.withLock { effective(model, $0) }
    }

    /// Changes the settings of a model, or of the server, and returns what holds then.
    ///
    /// - Throws: `invalidArgument`, with nothing changed, when tracing would be on and could not work.
    @discardableResult
    public func update(_ change: TraceSettingsChange, ofModel model: String? = nil) throws(ServingError)
        -> TraceSettings
    {
        let settings = try state.withLock { state throws(ServingError) in
            var changed = state
            if let model {
                var overrides = changed.models[model] ?? Overrides()
                overrides.apply(change)
                changed.models[model] = overrides.isEmpty ? nil : overrides
                try check(effective(model, changed))
            } else {
                changed.server.apply(change)
                try check(effective(nil, changed))
                for model in changed.models.keys { try check(effective(model, changed)) }
            }
            state = changed
            return effective(model, changed)
        }
        warn(settings)
        return settings
    }

    private func effective(_ model: String?, _ state: State) -> TraceSettings {
        let server = state.server.over(initial)
        guard let model, let overrides = state.models[model] else { return server }
        return overrides.over(server)
    }

    private func check(_ settings: TraceSettings) throws(ServingError) {
        guard let defect = settings.defect else { return }
        throw ServingError(.invalidArgument, "Attempting to set invalid trace setting :\(defect)")
    }

    private func warn(_ settings: TraceSettings) {
        guard !settings.level.isEmpty, !hasWarned.exchange(true, ordering: .relaxed) else { return }
        logger.warning("tracing is switched on, but this server does not write traces yet")
    }
}
