/// A thread that can be told that there is work for it.
public protocol Wakeable: AnyObject, Sendable {
    /// Wakes the thread if it sleeps. From any thread.
    func wake()
}

/// Wake-ups that an event loop puts off until it has handed over all that one look at its sockets brought: a thread that
/// is woken for the first of several requests takes the core from the event loop before it has read the others.
// @unchecked: used on the thread of its event loop only.
public final class WakeBatch: @unchecked Sendable {
    /// Nobody waits for more than this many hand-overs.
    private static let limit = 16

    private let schedule: (@escaping @Sendable () -> Void) -> Void
    private var sleeping: [any Wakeable] = []
    private var isScheduled = false

    /// - Parameter schedule: Runs its argument on this thread once the events at hand are handled.
    public init(schedule: @escaping (@escaping @Sendable () -> Void) -> Void) { self.schedule = schedule }

    /// Wakes `sleeper` soon. Called on the thread of the event loop.
    public func add(_ sleeper: any Wakeable) {
        sleeping.append(sleeper)
        if sleeping.count >= Self.limit { return wakeAll() }
        guard !isScheduled else { return }
        isScheduled = true
        schedule { self.end() }
    }

    private func end() {
        isScheduled = false
        wakeAll()
    }

    private func wakeAll() {
        // A wake-up adds nothing: whoever is woken runs on another thread.
        for sleeper in sleeping { sleeper.wake() }
        sleeping.removeAll(keepingCapacity: true)
    }
}
