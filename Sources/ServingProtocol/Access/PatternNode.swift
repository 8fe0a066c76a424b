/// A part of a regular expression.
indirect enum PatternNode: Sendable {
    /// What must hold between two bytes.
    enum Assertion: Sendable { case start, end, wordBoundary, noWordBoundary }

    case byte(ByteSet)
    case assertion(Assertion)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `maximum` is `nil` for any number.
    case repetition(PatternNode, minimum: Int, maximum: Int?)
}
