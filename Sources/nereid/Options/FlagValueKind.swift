/// What a flag's value must look like.
enum FlagValueKind: Sendable {
    case boolean
    case integer(ClosedRange<Int>)
    case number
    case choice([String])
    /// Holds a `=`; the text shows the form.
    case setting(String)
    case text

    /// What is allowed, when `value` is not; `nil` when it is.
    func problem(with value: String) -> String? {
        switch self {
        case .boolean: FlagValue.isTrue(value) == nil ? FlagValue.booleanForm : nil
        case .integer(let range):
            Int(value).map(range.contains) == true ? nil : FlagValue.integerForm(range)
        case .number: Double(value) == nil ? "a number" : nil
        case .choice(let values): values.contains(value.lowercased()) ? nil : FlagValue.list(values)
        case .setting(let form): value.contains("=") ? nil : form
        case .text: nil
        }
    }
}
