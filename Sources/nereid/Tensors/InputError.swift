/// What is wrong with an input that the user gave to `nereid infer`.
struct InputError: Error, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
