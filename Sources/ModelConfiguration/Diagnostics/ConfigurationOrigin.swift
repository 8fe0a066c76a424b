/// Where the fields of a configuration are written, so that what they say can be complained about with the place.
///
/// Two configurations that say the same are the same wherever they are written: all origins are equal.
public final class ConfigurationOrigin: Sendable {
    private let source: SourceText
    /// Field, such as `input[0].dims`, -> byte offset.
    private let offsets: [String: Int]

    /// Of a configuration that was made, or came as JSON.
    public static let unknown = ConfigurationOrigin(source: SourceText([], file: ""), offsets: [:])

    init(source: SourceText, offsets: [String: Int]) {
        self.source = source
        self.offsets = offsets
    }

    /// `config.pbtxt:8:3: dims: [ 0 ]`, the place of a field and what its line says.
    ///
    /// Of a field that is not there it is the place of the message that should have it.
    ///
    /// - Returns: `nil` when that is the text as a whole.
    public func place(of field: String) -> String? {
        var field = field[...]
        while !field.isEmpty {
            if let offset = offsets[String(field)] { return place(at: offset) }
            field = field[..<(Self.endOfParent(of: field) ?? field.startIndex)]
        }
        return nil
    }

    private static let widestLine = 120

    private func place(at offset: Int) -> String {
        let (line, column) = source.position(of: offset)
        let text = source.line(at: offset).unicodeScalars.drop { $0 == " " || $0 == "\t" }
        let place = "\(source.file):\(line):\(column)"
        return text.isEmpty ? place : "\(place): \(String(String.UnicodeScalarView(text.prefix(Self.widestLine))))"
    }

    // Keys of maps may have dots and brackets in them: `parameters["a.b"]` has the parent `parameters`.
    private static func endOfParent(of field: Substring) -> String.Index? {
        guard field.last == "]" else {
            return field.lastIndex { $0 == "." || $0 == "]" }.map { end(at: $0, of: field) }
        }
        if field.dropLast().last == "\"", let quote = field.dropLast(2).lastIndex(of: "\"") {
            return field.index(before: quote)
        }
        return field.lastIndex(of: "[")
    }

    private static func end(at index: String.Index, of field: Substring) -> String.Index {
        field[index] == "]" ? field.index(after: index) : index
    }
}

extension ConfigurationOrigin: Hashable {
    public static func == (_: ConfigurationOrigin, _: ConfigurationOrigin) -> Bool { true }
    public func hash(into _: inout Hasher) {}
}
