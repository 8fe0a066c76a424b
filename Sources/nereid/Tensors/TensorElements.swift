/// The elements of a tensor in row-major order, in the widest type of their kind.
enum TensorElements: Equatable, Sendable {
    case booleans([Bool])
    case signed([Int64])
    case unsigned([UInt64])
    case reals([Double])
    case strings([[UInt8]])

    var count: Int {
        switch self {
        case .booleans(let values): values.count
        case .signed(let values): values.count
        case .unsigned(let values): values.count
        case .reals(let values): values.count
        case .strings(let values): values.count
        }
    }

    /// What the elements are, for error messages.
    var kindName: String {
        switch self {
        case .booleans: "booleans"
        case .signed, .unsigned: "integers"
        case .reals: "real numbers"
        case .strings: "strings"
        }
    }
}
