public import InferenceTypes
import ModelConfiguration

/// Reads model repositories: directories of model directories of version directories.
///
/// A value without state; every call reads the file system and blocks while it does.
public struct RepositoryScanner: Sendable {
    /// Bounds on what a scan reads, so that a strange tree cannot stall it.
    public struct Limits: Sendable {
        /// Bytes of one configuration file.
        public var configurationBytes = 16 << 20
        /// Directory levels below a model directory whose stamps are read.
        public var depth = 32
        /// Files below a model directory whose stamps are read.
        public var files = 100_000
        public init() {}
    }

    /// Repository paths, without duplicates, sorted.
    public let repositories: [String]
    /// Stem of the configuration file to prefer: `configs/<name>.pbtxt`.
    public let configurationName: String?
    /// Whether each repository is a namespace, so that names need not be unique over all of them.
    public let usesNamespaces: Bool
    public let limits: Limits

    public init(
        repositories: [String], configurationName: String? = nil, usesNamespaces: Bool = false,
        limits: Limits = Limits()
    ) {
        self.repositories = Set(repositories.map(Self.withoutTrailingSlash)).sorted()
        self.configurationName = configurationName
        self.usesNamespaces = usesNamespaces
        self.limits = limits
    }

    /// Names of all model directories that exist now, with the repositories that hold them.
    ///
    /// - Throws: if a repository itself cannot be read; then nothing may be concluded about any model.
    public func modelNames() throws(ServingError) -> (names: [String: [String]], notes: [ScanNote]) {
        var names: [String: [String]] = [:]
        var notes: [ScanNote] = []
        for repository in repositories {
            for name in try DirectoryReading.names(in: repository) {
                let path = repository + "/" + name
                guard FileStatus(path: path)?.isDirectory == true else { continue }
                if Self.isForeign(name) {
                    notes.append(ScanNote(.debug, "ignoring \(path): not a model directory"))
                } else {
                    names[name, default: []].append(path)
                }
            }
        }
        return (names, notes)
    }

    /// Reads the named models, or all of them.
    ///
    /// - Throws: if a repository itself cannot be read. A model that cannot be read is told in `unreadable`.
    public func scan(only wanted: Set<String>? = nil) throws(ServingError) -> RepositoryScan {
        let listing = try modelNames()
        var scan = RepositoryScan(notes: listing.notes)
        for (name, paths) in listing.names.sorted(by: { $0.key < $1.key }) {
            if let wanted, !wanted.contains(name) { continue }
            for path in paths {
                let namespace = namespace(of: path)
                let qualifiedName = QualifiedModelName.text(name, in: namespace)
                do throws(ServingError) {
                    var directory = try modelDirectory(named: name, at: path, notes: &scan.notes)
                    directory.namespace = namespace
                    scan.models[qualifiedName, default: []].append(directory)
                } catch {
                    // A directory that vanished while it was read is simply not there.
                    guard FileStatus(path: path) != nil else { continue }
                    scan.unreadable[qualifiedName] = error
                }
                scan.namespaces.insert(name, in: namespace)
            }
        }
        return scan
    }

    /// The namespace of the model in a directory of a repository; empty where there are no namespaces.
    public func namespace(of path: String) -> String {
        guard usesNamespaces, let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }

    /// Reads one model directory, wherever it lies.
    public func modelDirectory(
        named name: String, at path: String, notes: inout [ScanNote]
    ) throws(ServingError) -> ModelDirectory {
        // Stamps first: a change that comes while the rest is read then shows as a change next time.
        let stamps = try stamps(of: path, notes: &notes)
        let children = try DirectoryReading.names(in: path)
        let subdirectories = children.filter { FileStatus(path: path + "/" + $0)?.isDirectory == true }
        var directory = ModelDirectory(
            name: name, path: path, versions: versions(subdirectories, in: path, notes: &notes), stamps: stamps)
        if let first = subdirectories.first(where: { !Self.isForeign($0) }) {
            directory.listing = try listing(of: first, in: path)
        }
        if let file = configurationPath(in: path) {
            directory.configurationPath = file
            directory.configurationText = try DirectoryReading.bytes(of: file, limit: limits.configurationBytes)
        }
        return directory
    }

    /// Whether the files of these versions, and those that all versions share, are still as they were found.
    public func isUnchanged(_ directory: ModelDirectory, versions: [Int64]) -> Bool {
        var notes: [ScanNote] = []
        var present = directory
        do throws(ServingError) {
            present.stamps = try stamps(of: directory.path, notes: &notes)
        } catch {
            return false
        }
        return versions.allSatisfy { directory.hasSameFiles(as: present, forVersion: $0) }
    }

    /// Hidden directories and those that tools and file systems leave behind are not models.
    static func isForeign(_ name: String) -> Bool {
        name.hasPrefix(".") || ["lost+found", "__pycache__", "__MACOSX", "$RECYCLE.BIN"].contains(name)
    }

    private func listing(of subdirectory: String, in path: String) throws(ServingError) -> ModelDirectoryListing {
        var listing = ModelDirectoryListing(firstSubdirectory: subdirectory)
        for name in try DirectoryReading.names(in: "\(path)/\(subdirectory)") {
            if FileStatus(path: "\(path)/\(subdirectory)/\(name)")?.isDirectory == true {
                listing.directories.insert(name)
            } else {
                listing.files.insert(name)
            }
        }
        return listing
    }

    private func configurationPath(in path: String) -> String? {
        var candidates = [path + "/config.pbtxt"]
        if let configurationName { candidates.insert("\(path)/configs/\(configurationName).pbtxt", at: 0) }
        return candidates.first { FileStatus(path: $0)?.isRegularFile == true }
    }

    private func versions(_ subdirectories: [String], in path: String, notes: inout [ScanNote]) -> [Int64: String] {
        var versions: [Int64: String] = [:]
        for name in subdirectories {
            let full = path + "/" + name
            if Self.isForeign(name) {
                notes.append(ScanNote(.debug, "ignoring \(full): not a version directory"))
                continue
            }
            switch VersionDirectoryName(name) {
            case .version(let number):
                if let other = versions[number] {
                    // The plain number wins; "3" sorts before "3abc".
                    notes.append(ScanNote(.warning, "ignoring \(full): version \(number) is also at \(other)"))
                } else {
                    versions[number] = full
                }
            case .reserved: break
            case .leadingZero:
                notes.append(ScanNote(.warning, "ignoring version directory \(full): its name begins with a zero"))
            case .notANumber:
                notes.append(ScanNote(.warning, "ignoring version directory \(full): its name is not a number"))
            }
        }
        return versions
    }

    private func stamps(of path: String, notes: inout [ScanNote]) throws(ServingError) -> ModelStamps {
        guard let own = FileStatus(path: path) else {
            throw ServingError(.internal, "failed to stat \(path)")
        }
        var walk = StampWalk(depth: limits.depth, remainingFiles: limits.files)
        var children: [String: Int64] = [:]
        for name in try DirectoryReading.names(in: path) {
            children[name] = walk.latestStamp(at: path + "/" + name, ancestors: [own.identity])
        }
        if walk.isTruncated {
            notes.append(
                ScanNote(
                    .warning,
                    "\(path) has more than \(limits.files) files or \(limits.depth) levels; changes beyond are not noticed"
                ))
        }
        return ModelStamps(directory: own.stamp, children: children)
    }

    private static func withoutTrailingSlash(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
