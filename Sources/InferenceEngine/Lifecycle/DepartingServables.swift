import Synchronization

/// Objects on their way out of memory, collected on one thread and freed on another: freeing a model, or deleting its
/// files, may take its time.
final class DepartingServables: Sendable {
    private struct State {
        var servables: [any Servable] = []
        var boxes: [ServableBox] = []
        var lifetimes: [ServableLifetime] = []
        var overrides: [OverrideDirectory.Pin] = []
    }

    private let state = Mutex(State())

    var isEmpty: Bool {
        state.withLock {
            $0.servables.isEmpty && $0.boxes.isEmpty && $0.lifetimes.isEmpty && $0.overrides.isEmpty
        }
    }

    func take(_ servables: [any Servable]) { state.withLock { $0.servables += servables } }

    func take(_ box: ServableBox?) {
        if let box { state.withLock { $0.boxes.append(box) } }
    }

    func take(_ lifetime: ServableLifetime?) {
        if let lifetime { state.withLock { $0.lifetimes.append(lifetime) } }
    }

    func take(_ overrides: [OverrideDirectory.Pin]) { state.withLock { $0.overrides += overrides } }

    /// Gives up everything; what nobody else holds is freed on this thread, after the lock is open again.
    func drop() {
        let dropped = state.withLock { state in
            defer { state = State() }
            return state
        }
        for override in dropped.overrides { override.release() }
        for box in dropped.boxes { _ = box.take() }
    }
}
