/// Custom operator libraries (message `ModelOperations`).
public struct ModelOperations: Sendable, Hashable {
    public var opLibraryFilenames: [String] = []
    public init() {}
}
