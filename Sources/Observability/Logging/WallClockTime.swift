#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A moment in UTC, to the microsecond, as log lines print it.
public struct WallClockTime: Sendable, Hashable {
    /// Since 1970-01-01T00:00:00Z.
    public var seconds: Int64
    /// 0 to 999,999.
    public var microseconds: Int32

    public init(seconds: Int64, microseconds: Int32) {
        self.seconds = seconds
        self.microseconds = microseconds
    }

    public static func now() -> WallClockTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallClockTime(seconds: Int64(time.tv_sec), microseconds: Int32(time.tv_nsec / 1000))
    }

    /// `1122`
    var monthAndDay: String {
        let (_, month, day) = date
        return padded(month) + padded(day)
    }

    /// `13:58:16.372429`
    var timeOfDayWithMicroseconds: String { timeOfDay + "." + padded(Int(microseconds), 6) }

    /// `2026-11-22T13:58:16Z`
    var iso8601: String {
        let (year, month, day) = date
        return "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(timeOfDay)Z"
    }

    private var timeOfDay: String {
        let second = Int(seconds - days * 86400)
        return "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
    }

    private var days: Int64 { seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400 }

    /// The proleptic Gregorian date, counted from 1 March 0000 so that the leap day ends a year.
    private var date: (year: Int, month: Int, day: Int) {
        let fromMarch0000 = Int(days) + 719_468
        let era = (fromMarch0000 >= 0 ? fromMarch0000 : fromMarch0000 - 146_096) / 146_097
        let dayOfEra = fromMarch0000 - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
