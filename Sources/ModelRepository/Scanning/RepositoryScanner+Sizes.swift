extension RepositoryScanner {
    /// Bytes of the files of the versions that a model's version policy selects, as far as the limits let it look.
    ///
    /// Blocks. What cannot be read counts nothing.
    public func selectedBytes(of candidate: ModelCandidate) -> Int {
        var remainingFiles = limits.files
        return candidate.selectedVersions.reduce(0) { total, version in
            guard let path = candidate.directory.versions[version] else { return total }
            return Self.add(total, bytes(below: path, depth: limits.depth, ancestors: [], &remainingFiles))
        }
    }

    private func bytes(
        below path: String, depth: Int, ancestors: [FileStatus.Identity], _ remainingFiles: inout Int
    ) -> Int {
        guard depth > 0, remainingFiles > 0, let status = FileStatus(path: path) else { return 0 }
        remainingFiles -= 1
        // A link may lead back to a directory above.
        guard status.isDirectory else { return status.isRegularFile ? Int(clamping: max(status.size, 0)) : 0 }
        guard !ancestors.contains(status.identity) else { return 0 }
        var total = 0
        for name in (try? DirectoryReading.names(in: path)) ?? [] {
            total = Self.add(
                total,
                bytes(
                    below: path + "/" + name, depth: depth - 1, ancestors: ancestors + [status.identity],
                    &remainingFiles))
        }
        return total
    }

    private static func add(_ left: Int, _ right: Int) -> Int {
        let (sum, isOverflow) = left.addingReportingOverflow(right)
        return isOverflow ? .max : sum
    }
}
