import Testing

/// Imports point one way only: a target sees those below it, never those beside or above it.
struct ImportDirectionTests {
    private static let systemModules: Set = [
        "Foundation", "FoundationEssentials", "Synchronization", "Dispatch", "Glibc", "Musl", "Darwin",
    ]
    private static let nio: Set = ["NIOCore", "NIOPosix", "NIOConcurrencyHelpers"]

    /// Target -> what it may import, beside the system's modules.
    private static let allowed: [String: Set<String>] = [
        "InferenceTypes": [],
        "JSONText": [],
        "ModelConfiguration": ["InferenceTypes", "JSONText"],
        "ModelRepository": ["InferenceTypes", "ModelConfiguration"],
        "BackendAPI": ["InferenceTypes", "ModelConfiguration", "Logging"],
        "Scheduling": ["InferenceTypes", "ModelConfiguration"],
        "InferenceEngine": [
            "InferenceTypes", "ModelConfiguration", "ModelRepository", "BackendAPI", "Scheduling",
            "MetricsExposition", "Logging",
        ],
        "ServingProtocol": [
            "InferenceTypes", "JSONText", "ModelConfiguration", "ModelRepository", "InferenceEngine", "Logging",
        ],
        "HTTP2Codec": ["InferenceTypes", "CNghttp2"],
        "ServerTransport": nio.union(["InferenceTypes", "CZlib", "Logging", "NIOSSL", "NIOTLS"]),
        "HTTPFrontend": nio.union([
            "InferenceTypes", "JSONText", "ModelConfiguration", "InferenceEngine", "ServingProtocol",
            "ServerTransport", "Logging",
        ]),
        "InferenceProtos": ["SwiftProtobuf"],
        "GRPCFrontend": nio.union([
            "InferenceTypes", "ModelConfiguration", "InferenceEngine", "ServingProtocol", "ServerTransport",
            "HTTP2Codec", "InferenceProtos", "SwiftProtobuf", "Logging",
        ]),
        "MetricsExposition": [],
        "Observability": [
            "InferenceTypes", "ModelConfiguration", "ModelRepository", "InferenceEngine", "ServingProtocol",
            "MetricsExposition", "Logging",
        ],
        "ObjectStorage": nio.union([
            "InferenceTypes", "JSONText", "ModelRepository", "Logging", "AsyncHTTPClient", "Crypto", "NIOHTTP1",
            "NIOSSL",
        ]),
        "TorchBackend": ["InferenceTypes", "ModelConfiguration", "BackendAPI", "CTorchShim", "Logging"],
        "ReferenceBackends": ["InferenceTypes", "ModelConfiguration", "BackendAPI", "Logging"],
        "InferenceTesting": [
            "InferenceTypes", "ModelConfiguration", "BackendAPI", "InferenceEngine", "Logging", "NIOCore",
            "NIOEmbedded",
        ],
        "nereid": nio.union([
            "InferenceTypes", "JSONText", "ModelConfiguration", "ModelRepository", "BackendAPI", "InferenceEngine",
            "ServingProtocol", "ServerTransport", "HTTPFrontend", "HTTP2Codec", "GRPCFrontend", "Observability",
            "MetricsExposition", "ObjectStorage", "TorchBackend", "ReferenceBackends", "Logging", "ArgumentParser",
            "NIOHTTP1", "UnixSignals",
        ]),
    ]

    /// The modules that a file imports.
    static func imports(of text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ")[...]
            while let word = words.first,
                word.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains(word)
            {
                words.removeFirst()
            }
            guard words.popFirst() == "import", var module = words.popFirst() else { return nil }
            if ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"].contains(module) {
                guard let next = words.popFirst() else { return nil }
                module = next
            }
            return module.split(separator: ".").first.map(String.init)
        }
    }

    @Test func everyImportPointsDownwards() throws {
        for file in try SourceTree().swiftFiles(under: "Sources") {
            let target = String(file.path.split(separator: "/")[1])
            let allowed = try #require(Self.allowed[target], "target \(target) has no row in this test's table")
            for module in Self.imports(of: file.text) where !Self.systemModules.contains(module) {
                #expect(allowed.contains(module), "\(file.path) imports \(module), which \(target) must not know")
            }
        }
    }

    @Test func theTableHasNoCycle() {
        var state: [String: Bool] = [:]
        func visit(_ target: String) {
            guard state[target] != true else { return }
            #expect(state[target] == nil, "\(target) reaches itself")
            guard state[target] == nil else { return }
            state[target] = false
            for next in Self.allowed[target] ?? [] where Self.allowed[next] != nil { visit(next) }
            state[target] = true
        }
        for target in Self.allowed.keys { visit(target) }
    }

    @Test func importsAreFoundInEveryForm() {
        let text = """
            import A
            public import B
            @testable import C
            @_exported public import struct D.E
            // import F
            let import_ = 1
            """
        #expect(Self.imports(of: text) == ["A", "B", "C", "D"])
    }
}
