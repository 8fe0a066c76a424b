/// What ties the requests of one sequence together. `.unsigned(0)` and an empty string mean "no sequence".
public enum CorrelationID: Sendable, Hashable {
    case unsigned(UInt64)
    case string(String)

    public static let none = CorrelationID.unsigned(0)

    public var isNone: Bool {
        switch self {
        case .unsigned(let number): number == 0
        case .string(let text): text.isEmpty
        }
    }
}
