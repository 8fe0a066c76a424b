/// What the rules that fill in a configuration know of a model's directory; whoever calls them does the reading.
public struct ModelDirectoryListing: Sendable, Hashable {
    /// Name of the alphabetically first sub-directory, which stands for all versions; `nil` when there is none.
    public var firstSubdirectory: String?
    /// Names of the files in that sub-directory.
    public var files: Set<String>
    /// Names of the directories in that sub-directory.
    public var directories: Set<String>

    public init(firstSubdirectory: String? = nil, files: Set<String> = [], directories: Set<String> = []) {
        self.firstSubdirectory = firstSubdirectory
        self.files = files
        self.directories = directories
    }

    func contains(_ name: String) -> Bool { files.contains(name) || directories.contains(name) }
}
