/// The directory of one repository's models: links to contents in the cache.
///
/// A change touches only those children of a model's directory (versions, configuration, label files) whose content has
/// changed, and puts each in place in one step, so that what is compared by time stamps shows just that.
struct ModelTree: Sendable {
    let directory: String
    /// On the same file system; for what is being put together or away.
    let incoming: String
    let cache: ObjectCache

    /// Makes an empty directory for a model, so that its name is seen.
    func makePlace(for model: String) throws(StoreError) { try CacheFile.makeDirectory("\(directory)/\(model)") }

    func remove(_ model: String) throws(StoreError) { try putAway("\(directory)/\(model)") }

    /// Changes a model from one state to another.
    ///
    /// - Throws: if a content has left the cache, or a file cannot be made; then the old state, or a part of the new
    ///   one, is there, and the caller tries again later.
    func update(_ model: String, from old: ModelManifest, to new: ModelManifest) throws(StoreError) {
        for file in new.files.values where !cache.hasContent(file.digest, size: file.size) {
            throw StoreError(.local, "a file of model '\(model)' has left the cache; it is fetched anew")
        }
        let path = "\(directory)/\(model)"
        try CacheFile.makeDirectory(path)
        let (oldChildren, newChildren) = (old.children, new.children)
        for child in oldChildren.keys where newChildren[child] == nil { try putAway("\(path)/\(child)") }
        for (child, manifest) in newChildren where manifest != oldChildren[child] {
            let made = newPath()
            try make(manifest, at: made)
            let place = "\(path)/\(child)"
            // A link is replaced in one step; a directory has to make room first.
            if CacheFile.isDirectory(place) || CacheFile.isDirectory(made) { try putAway(place) }
            try CacheFile.rename(made, to: place)
        }
    }

    private func make(_ manifest: ModelManifest, at path: String) throws(StoreError) {
        if let file = manifest.files[""] { return try CacheFile.makeLink(path, to: cache.contentPath(file.digest)) }
        try CacheFile.makeDirectory(path)
        for directory in manifest.directories where !directory.isEmpty {
            try CacheFile.makeDirectory("\(path)/\(directory)")
        }
        for (name, file) in manifest.files {
            let link = "\(path)/\(name)"
            if let slash = link.lastIndex(of: "/") { try CacheFile.makeDirectory(String(link[..<slash])) }
            try CacheFile.makeLink(link, to: cache.contentPath(file.digest))
        }
    }

    private func putAway(_ path: String) throws(StoreError) {
        guard CacheFile.changeTime(of: path) != nil else { return }
        let away = newPath()
        try CacheFile.rename(path, to: away)
        CacheFile.removeTree(away)
    }

    private func newPath() -> String { "\(incoming)/\(String(UInt64.random(in: 0...UInt64.max), radix: 36))" }
}
