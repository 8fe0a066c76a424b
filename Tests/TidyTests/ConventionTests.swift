import Foundation
import Testing

/// The conventions of the code that a machine can check.
struct ConventionTests {
    private let tree = SourceTree()

    @Test func filesAreShort() throws {
        for file in try tree.writtenSwiftFiles(under: "Sources") + tree.writtenSwiftFiles(under: "Tests") {
            #expect(file.lines.count <= 500, "\(file.path) has \(file.lines.count) lines; split it by topic")
        }
    }

    @Test func aFileDeclaresOnePublicType() throws {
        let declaration = /^public (?:final |indirect )?(?:struct|class|enum|actor|protocol) (\w+)/
            .anchorsMatchLineEndings()
        for file in try tree.writtenSwiftFiles(under: "Sources") {
            let types = file.text.matches(of: declaration).map { $0.1 }
            #expect(
                types.count <= 4, "\(file.path) declares \(types.joined(separator: ", ")); give each a file of its own")
        }
    }

    /// Text that must not stand in code, and why.
    private static let forbidden: [(text: String, reason: String, everywhere: Bool)] = [
        ("try" + "!", "a failure would end the process", true),
        ("as" + "!", "a failure would end the process", true),
        ("fatal" + "Error(", "it ends the process; throw, or use precondition for a bug of our own", false),
        ("TO" + "DO", "write an issue", true),
        ("FIX" + "ME", "write an issue", true),
    ]

    @Test func wordsThatMustNotStandInCode() throws {
        for file in try tree.writtenSwiftFiles(under: "Sources") + tree.writtenSwiftFiles(under: "Tests") {
            for (number, line) in file.lines.enumerated() {
                for rule in Self.forbidden where rule.everywhere || file.path.hasPrefix("Sources/") {
                    #expect(!line.contains(rule.text), "\(file.path):\(number + 1): \(rule.text): \(rule.reason)")
                }
            }
        }
    }

    @Test func librariesDoNotPrint() throws {
        let call = /(^|[^\w.])(debugPrint|print)\(/
        for file in try tree.writtenSwiftFiles(under: "Sources") where !file.path.hasPrefix("Sources/nereid/") {
            for (number, line) in file.lines.enumerated() where !Self.isComment(line) {
                #expect(
                    line.firstMatch(of: call) == nil, "\(file.path):\(number + 1): a library logs, it does not print")
            }
        }
    }

    @Test func uncheckedSendabilityIsExplained() throws {
        for file in try tree.writtenSwiftFiles(under: "Sources") {
            let lines = file.lines
            for (number, line) in lines.enumerated()
            where line.contains("@unchecked " + "Sendable") && !Self.isComment(line) {
                // Attributes and the first lines of a declaration may stand between.
                let before = lines[max(0, number - 3)..<number]
                #expect(
                    before.contains { Self.isComment($0) },
                    "\(file.path):\(number + 1): say in a comment what protects the state")
            }
        }
    }

    @Test func filesHaveNamesThatSayWhatIsInThem() throws {
        let vague = /(Utils?|Helpers?|Common|Misc|Manager2|Stuff|Extensions)\.swift$/
        for file in try tree.writtenSwiftFiles(under: "Sources") + tree.writtenSwiftFiles(under: "Tests") {
            #expect(file.name.firstMatch(of: vague) == nil, "\(file.path): name the file after what it holds")
        }
    }

    @Test func noPathOfOneMachine() throws {
        let path = /(?:^|[\s"'=(`])\/(?:home|Users|root|work)\/\w/
        let suffixes = [".swift", ".sh", ".py", ".md", ".cpp", ".h", ".pbtxt", ".yml", ".yaml", ".json"]
        for file in try tree.files(suffixes: suffixes) where file.name != "Package.resolved" {
            for (number, line) in file.lines.enumerated() {
                #expect(line.firstMatch(of: path) == nil, "\(file.path):\(number + 1): a path of one machine")
            }
        }
    }

    @Test func shellScriptsStopAtErrors() throws {
        for file in try tree.files(suffixes: [""]) where file.text.hasPrefix("#!") {
            guard let first = file.lines.first, first.hasSuffix("sh") else { continue }
            #expect(
                file.lines.prefix(30).contains("set -euo pipefail"), "\(file.path) lacks the line 'set -euo pipefail'")
        }
    }

    @Test func generatedCodeSaysSo() throws {
        let generated = try tree.swiftFiles(under: "Sources").filter(\.isGenerated)
        #expect(!generated.isEmpty)
        for file in generated {
            #expect(file.text.hasPrefix("// DO NOT EDIT.\n"), "\(file.path) is not made by a script; move it")
        }
    }

    private static func isComment(_ line: some StringProtocol) -> Bool {
        line.drop(while: \.isWhitespace).hasPrefix("//")
    }
}
