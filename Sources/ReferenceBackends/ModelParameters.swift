import InferenceTypes

extension [String: String] {
    /// A parameter of a model that holds a number of 0 or more.
    func number(_ name: String, default standard: Int) throws(ServingError) -> Int {
        guard let text = self[name] else { return standard }
        guard let number = Int(text), (0...1_000_000_000).contains(number) else {
            throw ServingError(
                .invalidArgument, "parameter '\(name)' must be a number from 0 to 1000000000, got '\(text)'")
        }
        return number
    }

    func milliseconds(_ name: String) throws(ServingError) -> Duration {
        .milliseconds(try number(name, default: 0))
    }
}
