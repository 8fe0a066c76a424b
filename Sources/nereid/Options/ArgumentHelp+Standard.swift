import ArgumentParser

extension ArgumentHelp {
    /// Help that ends with the default, which is not shown by itself for values that are read by a function.
    init(_ abstract: String, valueName: String, standard: some CustomStringConvertible) {
        self.init("\(abstract) (default: \(standard))", valueName: valueName)
    }
}
