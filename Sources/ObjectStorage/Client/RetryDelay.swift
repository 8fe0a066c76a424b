/// How long to wait before a request is tried again: doubling, with chance in it so that servers do not come in step.
struct RetryDelay: Sendable {
    var first = Duration.milliseconds(200)
    var longest = Duration.seconds(10)

    /// - Parameters:
    ///   - attempt: 1 for the first repetition.
    ///   - asked: what the store asked for in `Retry-After`.
    ///   - chance: from 0 to 1.
    func before(attempt: Int, asked: Duration? = nil, chance: Double = .random(in: 0...1)) -> Duration {
        let doubled = first * Double(1 << min(max(attempt, 1) - 1, 16))
        let waited = min(doubled, longest) * (0.5 + 0.5 * min(max(chance, 0), 1))
        return max(waited, min(asked ?? .zero, longest * 2))
    }
}
