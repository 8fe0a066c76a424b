/// One complete state of a model: every file, with the digest of its content.
struct ModelManifest: Sendable, Equatable {
    struct File: Sendable, Equatable {
        var size: Int64
        var entityTag: String
        /// SHA-256 in hexadecimal.
        var digest: String
    }

    /// By path below the model's directory.
    var files: [String: File] = [:]
    var directories: Set<String> = []

    /// Whether a listing shows this very state.
    func matches(_ model: RemoteModel) -> Bool {
        directories == model.directories && files.count == model.objects.count
            && files.allSatisfy { path, file in
                guard let object = model.objects[path] else { return false }
                return object.size == file.size && object.entityTag == file.entityTag
            }
    }

    /// What lies at or below each child of the model's directory, the paths relative to the child; "" is the child itself.
    var children: [String: ModelManifest] {
        var children: [String: ModelManifest] = [:]
        for (path, file) in files {
            let (child, rest) = Self.split(path)
            children[child, default: ModelManifest()].files[rest] = file
        }
        for path in directories {
            let (child, rest) = Self.split(path)
            children[child, default: ModelManifest()].directories.insert(rest)
        }
        return children
    }

    private static func split(_ path: String) -> (child: String, rest: String) {
        guard let slash = path.firstIndex(of: "/") else { return (path, "") }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }
}
