/// Where a server listens: `host`, `host:port`, `[address]:port`, each with or without `http://` and a path in front of
/// the protocol's own.
struct ServerURL: Equatable, CustomStringConvertible {
    var host: String
    var port: Int
    /// Empty, or starts with a slash and ends without one.
    var path: String

    /// - Throws: `InputError` for other forms.
    init(parsing text: String) throws(InputError) {
        var rest = text[...]
        if rest.hasPrefix("https://") { throw InputError("--url '\(text)': TLS is not supported; use http://") }
        if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var prefix = rest[slash...]
        while prefix.last == "/" { prefix.removeLast() }
        path = String(prefix)
        rest = rest[..<slash]

        let malformed = InputError("--url '\(text)' is malformed; write it like 127.0.0.1:8000 or http://host:8000")
        let portText: Substring
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { throw malformed }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            portText = rest[rest.index(after: end)...]
        } else {
            let colon = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<colon])
            portText = rest[colon...]
        }
        guard !host.isEmpty, !text.contains(where: { $0.isWhitespace || $0.isNewline }) else { throw malformed }
        guard !portText.isEmpty else {
            port = 8000
            return
        }
        guard portText.hasPrefix(":"), let number = Int(portText.dropFirst()), (1...65535).contains(number) else {
            throw malformed
        }
        port = number
    }

    /// What a `Host` header carries.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    var description: String { "http://\(authority)\(path)" }
}
