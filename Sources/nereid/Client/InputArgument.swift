/// One `--input` of `nereid infer`: `NAME=VALUE`, `NAME=@file`, or without a name for a model that has one input.
struct InputArgument: Equatable {
    enum Source: Equatable {
        case literal(String)
        case file(path: String)
    }

    var name: String?
    var source: Source

    /// A text without `=`, or that starts with `@`, names no input.
    init(parsing text: String) {
        let equals = text.hasPrefix("@") ? nil : text.firstIndex(of: "=")
        name = equals.map { String(text[..<$0]) }
        let value = equals.map { String(text[text.index(after: $0)...]) } ?? text
        source = value.hasPrefix("@") ? .file(path: String(value.dropFirst())) : .literal(value)
    }
}
