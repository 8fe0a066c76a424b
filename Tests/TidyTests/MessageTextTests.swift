import Foundation
import Testing

/// What clients and users are told is written in one place.
struct MessageTextTests {
    /// What a request passes through. Other modules may repeat themselves, but not one of another module.
    private static let requestModules: Set = [
        "InferenceTypes", "Scheduling", "InferenceEngine", "ServingProtocol", "ServerTransport", "HTTP2Codec",
        "HTTPFrontend", "GRPCFrontend",
    ]

    /// The string literals of a file, those that are joined by `+` as one, with `_` for what is inserted.
    static func literals(of text: String) -> [String] {
        let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            .joined(separator: "\n")
        var literals: [String] = []
        var characters = code[...]
        var joined: String?
        while let character = characters.popFirst() {
            if character == "\"" {
                joined = (joined ?? "") + literal(&characters)
            } else if !character.isWhitespace, character != "+" {
                if let joined { literals.append(joined) }
                joined = nil
            }
        }
        return literals + (joined.map { [$0] } ?? [])
    }

    /// The rest of a literal whose opening quote has been read.
    private static func literal(_ characters: inout Substring) -> String {
        var text = ""
        while let character = characters.popFirst(), character != "\"", !character.isNewline {
            guard character == "\\" else {
                text.append(character)
                continue
            }
            guard characters.popFirst() == "(" else { continue }
            skipInsertion(&characters)
            text.append("_")
        }
        return text
    }

    private static func skipInsertion(_ characters: inout Substring) {
        var depth = 1
        while depth > 0, let character = characters.popFirst() {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            case "\"": _ = literal(&characters)
            default: break
            }
        }
    }

    @Test func noMessageIsWrittenTwice() throws {
        var places: [String: Set<String>] = [:]
        for file in try SourceTree().writtenSwiftFiles(under: "Sources") {
            for text in Self.literals(of: file.text) { places[text, default: []].insert(file.path) }
        }
        #expect(places.count > 1000)
        for (text, paths) in places where paths.count > 1 {
            let modules = Set(paths.compactMap { $0.split(separator: "/").dropFirst().first.map(String.init) })
            let words = text.split(separator: " ").count
            let isRepeated = modules.count > 1 ? words >= 4 : words >= 5 && modules.isSubset(of: Self.requestModules)
            #expect(!isRepeated, "'\(text)' is written in \(paths.sorted().joined(separator: ", "))")
        }
    }

    @Test func literalsAreFound() {
        let text = #"""
            // "not this one"
            throw Error("a \(name(of: "x", 1)) b " + "c", "d")
            let e = "f \" g"
                + "h"
            """#
        #expect(Self.literals(of: text) == ["a _ b c", "d", "f  gh"])
    }
}
