import Observability
import ServingProtocol
import Testing

struct LogLineTests {
    /// 2026-11-22T13:58:16.372429Z
    private let moment = WallClockTime(seconds: 1_795_355_896, microseconds: 372_429)

    private func line(_ message: String, severity: LogSeverity = .info, metadata: [(String, String)] = []) -> LogLine {
        LogLine(
            severity: severity, time: moment, processID: 1282, file: "nereid/file.swift", line: 703, message: message,
            metadata: metadata.map { (key: $0.0, value: $0.1) })
    }

    @Test func defaultFormat() {
        #expect(line("loading: m:1").text(.default) == "I1122 13:58:16.372429 1282 file.swift:703] \"loading: m:1\"\n")
    }

    @Test func isoFormat() {
        let text = line("failed", severity: .error).text(.iso8601)
        #expect(text == "2026-11-22T13:58:16Z E 1282 file.swift:703] \"failed\"\n")
    }

    @Test(arguments: [
        ("two\nlines", #""two\nlines""#), (#"a "quote" and \"#, #""a \"quote\" and \\""#),
        ("tab\tbell\u{7}", #""tab\tbell\u0007""#), ("é 語", #""é 語""#), ("\u{9b}2J", #""\u009b2J""#),
    ])
    func messagesAreEscapedToOneLine(message: String, quoted: String) {
        #expect(line(message).text(.default).hasSuffix("] \(quoted)\n"))
    }

    @Test func metadataFollowsTheMessage() {
        let text = line("loaded", metadata: [("model", "a b"), ("version", "1\n2")]).text(.default)
        #expect(text.hasSuffix("] \"loaded\" model=a b version=1\\n2\n"))
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
        (1_735_689_599, "2024-12-31T23:59:59Z"), (-2_203_891_200, "1900-03-01T00:00:00Z"),
    ])
    func datesAreGregorianUTC(seconds: Int64, expected: String) {
        var entry = line("x")
        entry.time = WallClockTime(seconds: seconds, microseconds: 0)
        #expect(entry.text(.iso8601).hasPrefix(expected + " I "))
    }
}
