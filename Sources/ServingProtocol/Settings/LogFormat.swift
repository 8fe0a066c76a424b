/// How the start of a log line looks: the two formats of Triton's `--log-format`.
public enum LogFormat: String, Sendable, Hashable, CaseIterable {
    /// `I1122 13:58:16.372429 1282 file.swift:7] "text"`
    case `default`
    /// `2026-11-22T13:58:16Z I 1282 file.swift:7] "text"`
    case iso8601 = "ISO8601"
}
