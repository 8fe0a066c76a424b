/// A model as a listing shows it: its objects by their paths below the model's directory.
struct RemoteModel: Sendable, Equatable {
    var objects: [String: StoredObject] = [:]
    /// Directories that have an object of their own, which may be empty.
    var directories: Set<String> = []
    /// Why the model cannot be put into files; one cause is enough.
    var fault: String?

    /// Sorts the objects of a repository by model.
    ///
    /// Objects beside the models are passed over. A key that cannot become a path makes its model unusable, and no other.
    static func models(of objects: [StoredObject], below prefix: String) -> [String: RemoteModel] {
        var models: [String: RemoteModel] = [:]
        for object in objects {
            guard object.key.hasPrefix(prefix) else { continue }
            let path = object.key.dropFirst(prefix.count)
            guard let slash = path.firstIndex(of: "/") else { continue }
            let name = String(path[..<slash])
            guard isModelName(name) else { continue }
            models[name, default: RemoteModel()].add(object, at: String(path[path.index(after: slash)...]))
        }
        for name in models.keys { models[name]?.findConflicts() }
        return models
    }

    /// Whether a name below the repository can be a model's directory: the scanner passes over hidden ones too.
    static func isModelName(_ name: String) -> Bool {
        !name.hasPrefix(".") && !name.contains("/") && ObjectPath.fault(in: name) == nil
    }

    var byteCount: Int64 {
        objects.values.reduce(0) { sum, object in
            let (total, isOver) = sum.addingReportingOverflow(object.size)
            return isOver ? Int64.max : total
        }
    }

    private mutating func add(_ object: StoredObject, at path: String) {
        let isDirectory = path.isEmpty || path.hasSuffix("/")
        let plain = isDirectory ? String(path.dropLast()) : path
        guard !plain.isEmpty else {
            if !path.isEmpty { fault = "the key '\(ObjectPath.shown(object.key))' has an empty part between slashes" }
            return
        }
        if let cause = ObjectPath.fault(in: plain) {
            fault = "the key '\(ObjectPath.shown(object.key))' \(cause)"
        } else if isDirectory {
            guard object.size == 0 else {
                fault = "the key '\(ObjectPath.shown(object.key))' ends with a slash, but has content"
                return
            }
            directories.insert(plain)
        } else {
            objects[plain] = object
        }
    }

    /// A path cannot be a file and a directory.
    private mutating func findConflicts() {
        for path in directories.union(objects.keys) {
            var parent = path[...]
            while let slash = parent.lastIndex(of: "/") {
                parent = parent[..<slash]
                if objects[String(parent)] != nil { fault = "'\(parent)' is an object and a directory of objects" }
            }
            if directories.contains(path), objects[path] != nil {
                fault = "'\(path)' is an object and a directory of objects"
            }
        }
    }
}
