/// Named values that travel with a request or a response, in the order in which they were given.
public struct Parameters: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public let name: String
        public let value: ParameterValue
    }

    public private(set) var entries: [Entry] = []

    public init() {}

    public var isEmpty: Bool { entries.isEmpty }

    /// Reading takes the first entry of that name; writing replaces it, or appends; writing `nil` removes it.
    public subscript(name: String) -> ParameterValue? {
        get { entries.first { $0.name == name }?.value }
        set {
            let index = entries.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): entries[index] = Entry(name: name, value: value)
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(name: name, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension Parameters: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, ParameterValue)...) {
        for (name, value) in elements { self[name] = value }
    }
}
