/// The number of a sample.
enum MetricValue: Sendable, Hashable {
    case integer(Int64)
    case real(Double)

    /// As the text format writes it: integers without a point, and the words for what is no finite number.
    var text: String {
        switch self {
        case .integer(let value): return String(value)
        case .real(let value):
            if value.isNaN { return "NaN" }
            if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
            return Int64(exactly: value).map { String($0) } ?? "\(value)"
        }
    }
}
