import Foundation

/// The files of the project, read from disk where this file lies.
struct SourceTree {
    struct File {
        /// Relative to the project's root, with slashes.
        var path: String
        var text: String

        var name: String { String(path.split(separator: "/").last ?? "") }
        /// Made by a script and committed: not held to the conventions of code that people write.
        var isGenerated: Bool { path.contains("/Generated/") }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    private static let skippedDirectories: Set = [".git", ".build", ".deps", "__pycache__", "node_modules"]

    let root: URL

    init(here: String = #filePath) {
        // Tests/TidyTests/SourceTree.swift
        root = URL(fileURLWithPath: here).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// All text files under `directory` whose name ends in one of `suffixes`, sorted by path.
    func files(under directory: String = "", suffixes: [String]) throws -> [File] {
        var files: [File] = []
        var pending = [directory]
        while let current = pending.popLast() {
            let url = current.isEmpty ? root : root.appending(path: current)
            for name in try FileManager.default.contentsOfDirectory(atPath: url.path) {
                let path = current.isEmpty ? name : current + "/" + name
                var isDirectory: ObjCBool = false
                guard FileManager.default.fileExists(atPath: url.appending(path: name).path, isDirectory: &isDirectory)
                else { continue }
                if isDirectory.boolValue {
                    if !Self.skippedDirectories.contains(name), !name.hasPrefix(".build") { pending.append(path) }
                } else if suffixes.contains(where: name.hasSuffix), let text = Self.content(url.appending(path: name)) {
                    files.append(File(path: path, text: text))
                }
            }
        }
        return files.sorted { $0.path < $1.path }
    }

    /// `nil` for files that are no text, and for data too large to have been written by hand.
    private static func content(_ url: URL) -> String? {
        guard let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize, size <= 2 << 20 else { return nil }
        return try? String(contentsOf: url, encoding: .utf8)
    }

    /// The Swift files of the project, those of the package's products and of its tests.
    func swiftFiles(under directory: String) throws -> [File] { try files(under: directory, suffixes: [".swift"]) }

    /// The Swift files that people write.
    func writtenSwiftFiles(under directory: String) throws -> [File] {
        try swiftFiles(under: directory).filter { !$0.isGenerated }
    }
}
