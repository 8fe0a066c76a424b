import ArgumentParser
import HTTP2Codec

/// Reads the values of flags; errors say what is allowed.
enum FlagValue {
    static let booleanForm = "true, false, on, off, 1 or 0"

    /// Triton's spellings of a boolean, in any case; `nil` for any other text.
    static func isTrue(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "on", "1": true
        case "false", "off", "0": false
        default: nil
        }
    }

    static func boolean(_ text: String) throws -> Bool {
        guard let value = isTrue(text) else { throw ValidationError("expected \(booleanForm).") }
        return value
    }

    static func integerForm(_ range: ClosedRange<Int>) -> String {
        if range.upperBound == Int.max { return "an integer of \(range.lowerBound) or more" }
        return "an integer from \(range.lowerBound) to \(range.upperBound)"
    }

    static func integer(_ range: ClosedRange<Int>) -> @Sendable (String) throws -> Int {
        { text in
            guard let value = Int(text), range.contains(value) else {
                throw ValidationError("expected \(integerForm(range)).")
            }
            return value
        }
    }

    /// A time in seconds, fractions allowed.
    static func seconds(_ range: ClosedRange<Int>) -> @Sendable (String) throws -> Duration {
        { text in
            guard let value = Double(text), value >= Double(range.lowerBound), value <= Double(range.upperBound) else {
                throw ValidationError("expected a number from \(range.lowerBound) to \(range.upperBound).")
            }
            return .milliseconds(Int64((value * 1000).rounded()))
        }
    }

    static let rateForm = "burst,per-second"

    /// How often something may happen: `<burst>,<per second>`.
    static func rate(_ text: String) throws -> HTTP2Rate {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let range = 1...1_000_000_000
        guard parts.count == 2, let burst = Int(parts[0]), let perSecond = Int(parts[1]), range.contains(burst),
            range.contains(perSecond)
        else {
            throw ValidationError(
                "expected <\(rateForm)>: how often at once and then how often a second, each \(integerForm(range)).")
        }
        return HTTP2Rate(burst: burst, perSecond: perSecond)
    }

    static func choice<Value: RawRepresentable & CaseIterable>(_ text: String) throws -> Value
    where Value.RawValue == String {
        let match = Value.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
        guard let match else { throw ValidationError("expected \(list(Value.allCases.map(\.rawValue))).") }
        return match
    }

    /// `a, b or c`
    static func list(_ values: [String]) -> String {
        guard let last = values.last, values.count > 1 else { return values.first ?? "" }
        return values.dropLast().joined(separator: ", ") + " or " + last
    }
}
