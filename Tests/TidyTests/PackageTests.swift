import Foundation
import Testing

/// What Package.swift promises.
struct PackageTests {
    private let tree = SourceTree()

    /// The target declarations of the manifest, each with its kind, name and text.
    private func targets() throws -> [(kind: String, name: String, text: Substring)] {
        let manifest = try tree.text("Package.swift")
        let start = /\.(target|executableTarget|testTarget|systemLibrary)\(\s*name: "(\w+)"/
        let matches = manifest.matches(of: start)
        return matches.enumerated().map { index, match in
            let end = index + 1 < matches.count ? matches[index + 1].range.lowerBound : manifest.endIndex
            return (String(match.1), String(match.2), manifest[match.range.lowerBound..<end])
        }
    }

    @Test func everySwiftTargetHasTheStrictSettings() throws {
        let targets = try targets()
        #expect(targets.count > 10)
        for target in targets where target.kind != "systemLibrary" {
            let folder = target.kind == "testTarget" ? "Tests" : "Sources"
            guard try !tree.swiftFiles(under: "\(folder)/\(target.name)").isEmpty else { continue }
            #expect(target.text.contains("swiftSettings: strict"), "\(target.name) lacks the strict settings")
        }
    }

    @Test func everyFolderIsATarget() throws {
        let names = Set(try targets().map(\.name))
        for folder in ["Sources", "Tests"] {
            let files = try tree.swiftFiles(under: folder)
            let folders = Set(files.compactMap { $0.path.split(separator: "/").dropFirst().dropLast().first })
            for name in folders {
                #expect(names.contains(String(name)), "\(folder)/\(name) is in no target")
            }
        }
    }

    @Test func theSettingsMakeWarningsErrors() throws {
        let manifest = try tree.text("Package.swift")
        for setting in [
            ".treatAllWarnings(as: .error)", "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility",
        ] {
            #expect(manifest.contains(setting))
        }
    }
}
