public import ModelConfiguration

/// A model directory as it was found at one moment.
public struct ModelDirectory: Sendable, Hashable {
    /// The directory's name, which is the model's name.
    public var name: String
    /// The repository it lies in, where each repository is a namespace; else empty.
    public var namespace = ""
    /// Path of the model directory.
    public var path: String
    /// Version number -> path of its directory.
    public var versions: [Int64: String]
    /// Path of the configuration file; `nil` if there is none.
    public var configurationPath: String?
    /// Content of the configuration file.
    public var configurationText: [UInt8]?
    /// What the alphabetically first sub-directory holds, by which a backend is guessed.
    public var listing: ModelDirectoryListing
    public var stamps: ModelStamps

    public init(
        name: String, path: String, versions: [Int64: String], configurationPath: String? = nil,
        configurationText: [UInt8]? = nil, listing: ModelDirectoryListing = ModelDirectoryListing(), stamps: ModelStamps
    ) {
        self.name = name
        self.path = path
        self.versions = versions
        self.configurationPath = configurationPath
        self.configurationText = configurationText
        self.listing = listing
        self.stamps = stamps
    }

    /// What tells the model apart from all others.
    public var qualifiedName: String { QualifiedModelName.text(name, in: namespace) }

    /// Whether a version's own files, or files that all versions share, differ from those of `other`.
    ///
    /// The configuration is left out: it is compared by content.
    func hasSameFiles(as other: ModelDirectory, forVersion version: Int64) -> Bool {
        guard path == other.path, let own = versions[version], own == other.versions[version] else { return false }
        return stamp(of: own) == other.stamp(of: own) && sharedStamps == other.sharedStamps
    }

    private func stamp(of versionPath: String) -> Int64? { stamps.children[Self.lastComponent(versionPath)] }

    private var sharedStamps: [String: Int64] {
        let versionNames = Set(versions.values.map(Self.lastComponent))
        let configurationName = configurationPath.map { Self.firstComponent($0, below: path) }
        return stamps.children.filter {
            !versionNames.contains($0.key) && $0.key != configurationName && !Self.isEditorFile($0.key)
        }
    }

    /// What editors and copying tools put beside a file while they work on it. A model does not read such files, and
    /// editing `config.pbtxt` is not to reload it.
    private static func isEditorFile(_ name: String) -> Bool { name.hasPrefix(".") || name.hasSuffix("~") }

    private static func lastComponent(_ path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    private static func firstComponent(_ path: String, below directory: String) -> String {
        let rest = path.dropFirst(directory.count).drop { $0 == "/" }
        return String(rest.prefix { $0 != "/" })
    }
}
