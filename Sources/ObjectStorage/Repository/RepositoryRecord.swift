/// What was last put in place of a repository, as a file: with it a server starts without the store.
///
/// Lines of words between spaces, names and tags percent-encoded: `model NAME`, then for each of its files
/// `file PATH SIZE DIGEST TAG` and for each directory `directory PATH`.
struct RepositoryRecord: Sendable, Equatable {
    private static let header = "nereid repository 1"

    var models: [String: ModelManifest] = [:]

    init(models: [String: ModelManifest] = [:]) { self.models = models }

    /// - Returns: `nil` for a text that was not written by `text`, in part or whole.
    init?(parsing text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.header[...], lines.popLast() == "" else { return nil }
        var current: String?
        for line in lines {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count >= 2, let name = PercentEncoding.decode(words[1]), ObjectPath.fault(in: name) == nil
            else {
                return nil
            }
            if words[0] == "model", words.count == 2, RemoteModel.isModelName(name) {
                current = name
                models[name] = ModelManifest()
            } else if words[0] == "directory", words.count == 2, let current {
                models[current]?.directories.insert(name)
            } else if words[0] == "file", words.count == 5, let current, let size = Int64(words[2]),
                ObjectCache.isDigest(words[3]), let tag = PercentEncoding.decode(words[4])
            {
                models[current]?.files[name] = .init(size: size, entityTag: tag, digest: String(words[3]))
            } else {
                return nil
            }
        }
    }

    var text: String {
        var lines = [Self.header]
        for (name, manifest) in models.sorted(by: { $0.key < $1.key }) {
            lines.append("model \(PercentEncoding.encode(name))")
            for path in manifest.directories.sorted() { lines.append("directory \(PercentEncoding.encode(path))") }
            for (path, file) in manifest.files.sorted(by: { $0.key < $1.key }) {
                lines.append(
                    "file \(PercentEncoding.encode(path)) \(file.size) \(file.digest) "
                        + PercentEncoding.encode(file.entityTag))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
