package import NIOCore

/// The one moment by which something has to happen on a connection.
///
/// Moving it to a later moment, which every request does, touches no timer: the timer looks again when it fires.
package struct ConnectionDeadline {
    package private(set) var moment: NIODeadline?
    private var timer: Scheduled<Void>?
    private var timerMoment: NIODeadline?

    package init() {}

    /// Whether a timer that fires at `moment` or before has to be scheduled.
    package mutating func move(to moment: NIODeadline) -> Bool {
        self.moment = moment
        guard let timerMoment, timerMoment <= moment else { return true }
        return false
    }

    /// Nothing has to happen for now.
    package mutating func clear() { moment = nil }

    package mutating func attach(_ timer: Scheduled<Void>, at moment: NIODeadline) {
        self.timer?.cancel()
        self.timer = timer
        timerMoment = moment
    }

    package enum Firing { case nothing, again(NIODeadline), expired }

    /// The timer has fired.
    package mutating func fired(now: NIODeadline) -> Firing {
        timer = nil
        timerMoment = nil
        guard let moment else { return .nothing }
        if moment > now { return .again(moment) }
        self.moment = nil
        return .expired
    }

    package mutating func cancel() {
        timer?.cancel()
        self = ConnectionDeadline()
    }
}
