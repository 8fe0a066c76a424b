/// What is wrong with the command line: one or a few sentences for the user, without a prefix.
struct CommandLineError: Error, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
