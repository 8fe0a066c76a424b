/// Why the server cannot start: a sentence that says what to do.
struct StartupError: Error, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
