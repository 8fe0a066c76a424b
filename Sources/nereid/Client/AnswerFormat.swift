import ArgumentParser

/// How `nereid infer` prints an answer.
enum AnswerFormat: String, CaseIterable, ExpressibleByArgument {
    /// Strings as they are, small tensors with their values, large ones summed up.
    case text
    /// All values, as an answer of the KServe v2 protocol.
    case json
    /// A table of the outputs.
    case table
}
