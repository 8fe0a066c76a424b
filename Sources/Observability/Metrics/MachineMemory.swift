/// The memory of the machine, in bytes.
struct MachineMemory: Equatable {
    var total: UInt64
    /// What is not available to programs; caches count as available.
    var used: UInt64

    /// - Parameter text: `/proc/meminfo`.
    init?(_ text: String) {
        var values: [Substring: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(whereSeparator: { $0 == " " || $0 == ":" })
            guard fields.count >= 2, ["MemTotal", "MemAvailable"].contains(fields[0]) else { continue }
            values[fields[0]] = UInt64(fields[1])
        }
        guard let total = values["MemTotal"], let available = values["MemAvailable"], available <= total,
            total <= UInt64.max / 1024
        else { return nil }
        self.total = total * 1024
        used = (total - available) * 1024
    }
}
