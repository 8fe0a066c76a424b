/// The last line of the start.
struct StartupSummary {
    var duration: Duration
    /// Of the protocols served.
    var addresses: [String]
    var readyModels: Int
    var failedModels: Int
    /// Whether the server says of itself that it is ready.
    var isReady: Bool

    var text: String {
        var text =
            ([isReady ? "ready in \(Self.seconds(duration))" : "started in \(Self.seconds(duration))"] + addresses
            + [Self.models(readyModels)]).joined(separator: " \u{b7} ")
        if failedModels > 0 { text += ", \(failedModels) failed" }
        if !isReady { text += ": not ready, because of --strict-readiness=true" }
        return text
    }

    /// An address that a client on this machine can use.
    static func address(scheme: String, host: String, port: Int) -> String {
        switch host {
        case "0.0.0.0", "": "\(scheme)://127.0.0.1:\(port)"
        case "::": "\(scheme)://[::1]:\(port)"
        case _ where host.contains(":"): "\(scheme)://[\(host)]:\(port)"
        default: "\(scheme)://\(host):\(port)"
        }
    }

    /// `0.42 s`, with two digits after the point.
    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let hundredths = (attoseconds + 5_000_000_000_000_000) / 10_000_000_000_000_000
        let whole = seconds + hundredths / 100
        let part = hundredths % 100
        return "\(whole).\(part < 10 ? "0" : "")\(part) s"
    }

    private static func models(_ count: Int) -> String { count == 1 ? "1 model" : "\(count) models" }
}
