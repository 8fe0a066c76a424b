import Foundation
import Testing

/// docs/COMPATIBILITY.md names, for every feature that is done or partly done, a test that exists; docs/LIMITS.md one for
/// every limit.
struct CompatibilityTableTests {
    struct Row: Equatable {
        var feature: String
        var state: String
        /// The names in backquotes in the last cell.
        var tests: [String]
    }

    /// The rows of all tables in which one cell is `done`, `partly` or `no`.
    static func rows(of text: String) -> [Row] {
        text.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("|") else { return nil }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 3, let state = cells.first(where: { ["done", "partly", "no"].contains($0) }) else {
                return nil
            }
            return Row(feature: cells[0], state: state, tests: quoted(cells.last ?? ""))
        }
    }

    @Test func everyFeatureNamesAnExistingTest() throws {
        let tree = SourceTree()
        let rows = Self.rows(of: try tree.text("docs/COMPATIBILITY.md"))
        #expect(!rows.isEmpty)
        let files = try tree.files(under: "Tests", suffixes: [".swift", ".py", ".sh", ".json"])
        for row in rows where row.state != "no" {
            #expect(!row.tests.isEmpty, "'\(row.feature)' is \(row.state) but names no test")
            for test in row.tests {
                let exists = Self.exists(test, in: files)
                #expect(exists, "'\(row.feature)' names the test '\(test)', which does not exist")
            }
        }
    }

    @Test func everyLimitNamesAFlagAndATest() throws {
        let tree = SourceTree()
        let files = try tree.files(under: "Tests", suffixes: [".swift", ".py"])
        let flags = try tree.text("Sources/nereid/Options/ServerFlag+Table.swift")
        var count = 0
        for line in try tree.text("docs/LIMITS.md").split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 4, let flag = Self.quoted(cells[1]).first else { continue }
            count += 1
            #expect(flags.contains("\"\(flag.drop { $0 == "-" })\""), "\(flag) is no flag")
            #expect(!Self.quoted(cells[3]).isEmpty, "\(flag) names no test")
        }
        #expect(count > 40)
        // Those in the sentences around the tables too.
        for name in Self.quoted(try tree.text("docs/LIMITS.md"))
        where !name.hasPrefix("--") && !name.contains(" ") && !name.contains("<") {
            #expect(Self.exists(name, in: files), "docs/LIMITS.md names the test '\(name)', which does not exist")
        }
    }

    private static func quoted(_ text: String) -> [String] {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        return parts.indices.filter { !$0.isMultiple(of: 2) }.map { String(parts[$0]) }
    }

    /// `test`: `Suite`, `Suite.function`, `function()` or a path.
    private static func exists(_ test: String, in files: [SourceTree.File]) -> Bool {
        let name = test.hasSuffix("()") ? String(test.dropLast(2)) : test
        let parts = name.contains("/") ? [name] : name.split(separator: ".").map(String.init)
        return files.contains { file in
            file.path.hasSuffix(name)
                || parts.allSatisfy { part in
                    file.text.contains("struct \(part)") || file.text.contains("func \(part)(")
                        || file.text.contains("def \(part)(") || file.text.contains("class \(part)")
                }
        }
    }

    @Test func rowsAreRead() {
        let text = """
            | Feature | State | Test |
            |---|---|---|
            | Health | done | `HealthTests`, `readyWhileLoading()` |
            | gRPC | no | |
            """
        #expect(
            Self.rows(of: text) == [
                Row(feature: "Health", state: "done", tests: ["HealthTests", "readyWhileLoading()"]),
                Row(feature: "gRPC", state: "no", tests: []),
            ])
    }
}
