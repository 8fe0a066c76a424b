/// What becomes of one setting.
enum SettingChange<Value: Sendable & Hashable>: Sendable, Hashable {
    case keep
    /// Lets it fall back to the value that holds without it.
    case clear
    case set(Value)

    func apply(to value: inout Value?) {
        switch self {
        case .keep: break
        case .clear: value = nil
        case .set(let new): value = new
        }
    }
}
