public import InferenceTypes

/// Where credentials come from: environment variables and small files.
public struct StoreEnvironment: Sendable {
    public var variables: [String: String]
    /// The content of a file; `nil` where there is none. Throws where there is one that cannot be read.
    public var readFile: @Sendable (_ path: String) throws(ServingError) -> [UInt8]?

    public init(
        variables: [String: String], readFile: @escaping @Sendable (_ path: String) throws(ServingError) -> [UInt8]?
    ) {
        self.variables = variables
        self.readFile = readFile
    }

    /// `nil` for a variable that is unset or empty.
    subscript(name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    func text(of path: String) throws(ServingError) -> String? {
        try readFile(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A file in the user's home; `nil` where there is no home.
    func homePath(_ name: String) -> String? { self["HOME"].map { $0 + "/" + name } }
}
