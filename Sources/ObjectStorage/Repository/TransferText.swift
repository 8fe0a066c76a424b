/// Sizes and times of transfers as people read them.
public enum TransferText {
    /// `1.4 GB`, in powers of ten.
    public static func bytes(_ count: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        var value = Double(max(count, 0))
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        guard unit > 0, value < 99.95 else { return "\(Int(value.rounded())) \(units[unit])" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// `12.3 s`
    public static func seconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }

    /// `fetching models: [######......] 48% · 1.2 of 2.5 GB · 83 MB/s`
    public static func progress(_ reading: TransferMeter.Reading, bytesPerSecond: Double?) -> String {
        let share = reading.wantedBytes > 0 ? Double(reading.bytes) / Double(reading.wantedBytes) : 0
        let bounded = min(max(share, 0), 1)
        let filled = Int((bounded * 24).rounded(.down))
        let bar = String(repeating: "\u{2588}", count: filled) + String(repeating: "\u{2591}", count: 24 - filled)
        var parts = [
            "fetching models: \(bar) \(Int(bounded * 100))%",
            "\(bytes(reading.bytes)) of \(bytes(reading.wantedBytes))",
            "\(reading.objects) of \(reading.wantedObjects) objects",
        ]
        if let bytesPerSecond { parts.append("\(bytes(Int64(max(bytesPerSecond, 0))))/s") }
        return parts.joined(separator: " \u{b7} ")
    }
}
