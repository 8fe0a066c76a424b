/// What decoding needs besides the tree: the syntax, where it stands, and where errors go.
struct DecodingContext {
    enum Syntax { case text, json }

    /// Further fields are complained about without their places.
    private static let maximumOffsetCount = 4096

    let syntax: Syntax
    private(set) var collector: DiagnosticCollector
    private var path: [String] = []
    /// Field, such as `input[0].dims`, -> byte offset.
    private(set) var offsets: [String: Int] = [:]

    init(syntax: Syntax, collector: DiagnosticCollector) {
        self.syntax = syntax
        self.collector = collector
    }

    mutating func report(_ message: @autoclosure () -> String, at offset: Int?) {
        collector.report(message(), at: offset, path: path.joined(separator: "."))
    }

    /// Runs `body` with one more element on the path that errors name. `offset` is where that stands, for later messages.
    mutating func within<R>(_ element: String, at offset: Int?, _ body: (inout DecodingContext) -> R) -> R {
        path.append(element)
        defer { path.removeLast() }
        if let offset, offsets.count < Self.maximumOffsetCount { offsets[path.joined(separator: ".")] = offset }
        return body(&self)
    }

    /// Runs `body` without the last element of the path, for those that put a more exact one in its place.
    mutating func replacingLastPathElement<R>(_ body: (inout DecodingContext) -> R) -> R {
        guard let last = path.popLast() else { return body(&self) }
        defer { path.append(last) }
        return body(&self)
    }

    /// The name of the field being decoded.
    var fieldName: String { path.last.map { String($0.prefix { $0 != "[" }) } ?? "" }
}
