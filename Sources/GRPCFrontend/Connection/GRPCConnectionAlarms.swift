import NIOCore
import ServerTransport

/// The moments at which something has to be looked at on one connection, behind one timer.
///
/// Setting an alarm again to a later moment costs no timer: the timer looks again when it fires.
struct GRPCConnectionAlarms {
    enum Alarm: Int, CaseIterable {
        /// The client must have introduced itself.
        case handshake
        /// The connection has no calls and gets none.
        case idle
        /// The earliest deadline of a call.
        case call
        /// Requests that do not move.
        case receiving
        /// Answers that do not move.
        case sending
        case keepAlive
        /// The connection has reached its age.
        case age
        /// The client must have heard that it shall open no further calls.
        case drainNotice
        /// What is left of the connection is cut off.
        case end
    }

    private var moments = [NIODeadline?](repeating: nil, count: Alarm.allCases.count)
    private var deadline = ConnectionDeadline()

    subscript(alarm: Alarm) -> NIODeadline? { moments[alarm.rawValue] }

    /// Returns the moment at which a timer has to fire that is not scheduled yet.
    mutating func set(_ alarm: Alarm, _ moment: NIODeadline) -> NIODeadline? {
        moments[alarm.rawValue] = moment
        return update()
    }

    mutating func clear(_ alarm: Alarm) { moments[alarm.rawValue] = nil }

    mutating func attach(_ timer: Scheduled<Void>, at moment: NIODeadline) { deadline.attach(timer, at: moment) }

    /// The timer has fired: takes the alarms that are due.
    mutating func takeDue(now: NIODeadline) -> [Alarm] {
        _ = deadline.fired(now: now)
        return Alarm.allCases.filter { alarm in
            guard let moment = moments[alarm.rawValue], moment <= now else { return false }
            moments[alarm.rawValue] = nil
            return true
        }
    }

    /// After `takeDue` and what followed from it: the moment for the next timer, unless one is scheduled.
    mutating func update() -> NIODeadline? {
        guard let next = moments.lazy.compactMap({ $0 }).min() else {
            deadline.clear()
            return nil
        }
        return deadline.move(to: next) ? next : nil
    }

    mutating func cancel() {
        moments = moments.map { _ in nil }
        deadline.cancel()
    }
}
