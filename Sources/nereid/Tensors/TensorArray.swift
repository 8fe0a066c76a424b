/// An array of any rank as it was read from a file, a literal or an answer.
struct TensorArray: Equatable, Sendable {
    /// No dimensions for a single value.
    var shape: [Int]
    var elements: TensorElements
}
