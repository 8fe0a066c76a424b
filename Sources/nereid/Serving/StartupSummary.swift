/// The last line of the start.
struct StartupSummary {
    var duration: Duration
    var host: String
    var port: Int
    var readyModels: Int
    var failedModels: Int
    /// Whether the server says of itself that it is ready.
    var isReady: Bool

    var text: String {
        var text =
            "\(isReady ? "ready" : "started") in \(Self.seconds(duration)) \u{b7} \(url) \u{b7} \(Self.models(readyModels))"
        if failedModels > 0 { text += ", \(failedModels) failed" }
        if !isReady { text += ": not ready, because of --strict-readiness=true" }
        return text
    }

    /// An address that a client on this machine can use.
    private var url: String {
        switch host {
        case "0.0.0.0", "": "http://127.0.0.1:\(port)"
        case "::": "http://[::1]:\(port)"
        case _ where host.contains(":"): "http://[\(host)]:\(port)"
        default: "http://\(host):\(port)"
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
