/// How a body is compressed on its way.
package enum ContentCoding: String, Sendable, Hashable {
    case identity, gzip, deflate

    /// The coding of `Content-Encoding`, absent meaning identity; `nil` for one that is not supported.
    package init?(contentEncoding value: String?) {
        guard let value = value?.lowercased(), !value.isEmpty else {
            self = .identity
            return
        }
        self.init(rawValue: value == "x-gzip" ? "gzip" : value)
    }

    /// The supported coding that `Accept-Encoding` rates highest, the first of equals; identity when it names none.
    package static func preferred(acceptEncoding value: String?) -> ContentCoding {
        var best: (coding: ContentCoding, quality: Double) = (.identity, 0)
        for element in (value ?? "").split(separator: ",") {
            let parts = element.split(separator: ";").map { $0.trimmingSpaces() }
            guard let name = parts.first?.lowercased(), let coding = ContentCoding(contentEncoding: name) else {
                continue
            }
            let quality = parts.dropFirst().lazy.compactMap(quality).first ?? 1
            if quality > best.quality { best = (coding, quality) }
        }
        return best.coding
    }

    /// The number of `q=0.5`, held in 0...1; 0 when it is malformed, `nil` for another parameter.
    private static func quality(_ parameter: Substring) -> Double? {
        guard let equals = parameter.firstIndex(of: "="),
            parameter[..<equals].trimmingSpaces().lowercased() == "q"
        else { return nil }
        guard let number = Double(parameter[parameter.index(after: equals)...].trimmingSpaces()), number >= 0 else {
            return 0
        }
        return min(number, 1)
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
