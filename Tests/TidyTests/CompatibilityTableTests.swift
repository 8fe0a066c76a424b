import Foundation
import Testing

/// docs/COMPATIBILITY.md names, for every feature that is done or partly done, a test that exists.
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
            let quoted = (cells.last ?? "").split(separator: "`", omittingEmptySubsequences: false)
            let tests = quoted.indices.filter { !$0.isMultiple(of: 2) }.map { String(quoted[$0]) }
            return Row(feature: cells[0], state: state, tests: tests)
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
                // `Suite`, `Suite.function`, `function()` or a path.
                let name = test.hasSuffix("()") ? String(test.dropLast(2)) : test
                let parts = name.contains("/") ? [name] : name.split(separator: ".").map(String.init)
                let exists = files.contains { file in
                    file.path.hasSuffix(name)
                        || parts.allSatisfy { part in
                            file.text.contains("struct \(part)") || file.text.contains("func \(part)(")
                                || file.text.contains("def \(part)(") || file.text.contains("class \(part)")
                        }
                }
                #expect(exists, "'\(row.feature)' names the test '\(test)', which does not exist")
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
