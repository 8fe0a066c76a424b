import ArgumentParser

extension FlagValue {
    private static let units: [(suffix: String, factor: Int)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]

    /// A number of bytes, alone or with KiB, MiB, GiB or TiB behind it: `8GiB`.
    static func byteCount(_ text: String) throws -> Int {
        let unit = units.first { text.lowercased().hasSuffix($0.suffix.lowercased()) }
        let digits = unit.map { text.dropLast($0.suffix.count) } ?? text[...]
        guard let number = Int(digits), number > 0 else { throw ValidationError("expected \(byteCountForm).") }
        let (bytes, isOverflow) = number.multipliedReportingOverflow(by: unit?.factor ?? 1)
        guard !isOverflow else { throw ValidationError("expected \(byteCountForm).") }
        return bytes
    }

    private static let byteCountForm = "a number of bytes, or one with KiB, MiB, GiB or TiB behind it, as in 8GiB"
}
