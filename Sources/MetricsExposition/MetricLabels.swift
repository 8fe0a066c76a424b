/// The labels of a sample, sorted by name.
public struct MetricLabels: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public struct Label: Sendable, Hashable {
        public var name: String
        /// Any text; it is escaped when it is written.
        public var value: String
    }

    public private(set) var labels: [Label] = []

    public init() {}

    /// Of labels with the same name the first is kept.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// Adds a label, unless there is one of that name. What may not stand in the name of a label becomes `_`: one bad name
    /// would make a reader refuse everything.
    public mutating func add(_ name: String, _ value: String) {
        let name = Self.legal(name)
        let index = labels.firstIndex { $0.name >= name } ?? labels.endIndex
        guard index == labels.endIndex || labels[index].name != name else { return }
        labels.insert(Label(name: name, value: value), at: index)
    }

    public func adding(_ name: String, _ value: String) -> MetricLabels {
        var copy = self
        copy.add(name, value)
        return copy
    }

    private static func legal(_ name: String) -> String {
        var legal = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": legal.unicodeScalars.append(scalar)
            case "0"..."9":
                if legal.isEmpty { legal = "_" }
                legal.unicodeScalars.append(scalar)
            default: legal += "_"
            }
        }
        return legal.isEmpty ? "_" : legal
    }
}
