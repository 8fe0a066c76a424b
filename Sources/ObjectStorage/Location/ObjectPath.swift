/// Rules for the part of a key below its repository, which becomes the path of a file: anything that could lead out of
/// the directory, or that no file system holds, is refused.
enum ObjectPath {
    /// What is wrong with a path, as the end of a sentence; `nil` for a path that may become a file.
    static func fault(in path: String) -> String? {
        guard path.utf8.count <= maximumLength else { return "is longer than \(maximumLength) bytes" }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count <= maximumDepth else { return "has more than \(maximumDepth) levels" }
        for segment in segments {
            if segment.isEmpty { return "has an empty part between slashes" }
            if segment == "." || segment == ".." { return "has the part '\(segment)'" }
            if segment.utf8.count > 255 { return "has a part longer than 255 bytes" }
            if segment.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
                return "holds control characters"
            }
        }
        return nil
    }

    /// S3's own limit on keys.
    private static let maximumLength = 1024
    private static let maximumDepth = 32

    /// Text from a store that is safe to show: without control characters, and not too long.
    static func shown(_ text: String, limit: Int = 200) -> String {
        let plain = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) }
        return plain.count > limit ? String(plain.prefix(limit)) + "..." : String(plain)
    }
}
