/// Walks a tree for its latest stamp, within limits.
struct StampWalk {
    let depth: Int
    var remainingFiles: Int
    private(set) var isTruncated = false

    init(depth: Int, remainingFiles: Int) {
        self.depth = depth
        self.remainingFiles = remainingFiles
    }

    /// - Parameter ancestors: directories above, so that a link to one of them does not lead in circles.
    mutating func latestStamp(at path: String, ancestors: [FileStatus.Identity]) -> Int64 {
        guard remainingFiles > 0, ancestors.count <= depth else {
            isTruncated = true
            return 0
        }
        remainingFiles -= 1
        guard let status = FileStatus(path: path) else { return 0 }
        guard status.isDirectory, !ancestors.contains(status.identity) else { return status.stamp }
        var latest = status.stamp
        for name in (try? DirectoryReading.names(in: path)) ?? [] {
            latest = max(latest, latestStamp(at: path + "/" + name, ancestors: ancestors + [status.identity]))
        }
        return latest
    }
}
