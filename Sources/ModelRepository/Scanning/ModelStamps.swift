/// The time stamps by which a change of a model directory is noticed.
public struct ModelStamps: Sendable, Hashable {
    /// Stamp of the model directory itself; it moves when a child comes or goes.
    public var directory: Int64
    /// For each direct child of the model directory the latest stamp at or below it.
    public var children: [String: Int64]

    public init(directory: Int64, children: [String: Int64]) {
        self.directory = directory
        self.children = children
    }
}
