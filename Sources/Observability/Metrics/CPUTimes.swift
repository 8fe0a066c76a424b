/// What the processors of the machine have spent, together, since its start; in ticks.
struct CPUTimes: Equatable {
    var busy: UInt64
    var idle: UInt64

    /// - Parameter text: `/proc/stat`; its first line is the sum of all processors.
    init?(_ text: String) {
        let fields = text.prefix { $0 != "\n" }.split(separator: " ")
        let ticks = fields.dropFirst().prefix(8).compactMap { UInt64($0) }
        // user, nice, system, idle, iowait, irq, softirq, steal
        guard fields.first == "cpu", ticks.count == 8 else { return nil }
        busy = ticks[0] &+ ticks[1] &+ ticks[2] &+ ticks[5] &+ ticks[6] &+ ticks[7]
        idle = ticks[3] &+ ticks[4]
    }

    /// From 0 to 1; `nil` when no tick has passed since `earlier`.
    func utilization(since earlier: CPUTimes) -> Double? {
        // The kernel may take back some of its idle time.
        let busy = Double(busy > earlier.busy ? busy - earlier.busy : 0)
        let idle = Double(idle > earlier.idle ? idle - earlier.idle : 0)
        return busy + idle > 0 ? busy / (busy + idle) : nil
    }
}
