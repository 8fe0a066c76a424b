// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: language mode 6 comes from the tools version; a warning is an error.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Of modules whose paths libFuzzer follows: instrumented, and optimised within a debug build, whose checks they keep.
let watched =
    strict + [
        .unsafeFlags([
            "-sanitize=fuzzer,address", "-O", "-assert-config", "Debug", "-enable-testing",
        ])
    ]

/// Debian's default linker stumbles over the sanitizer's runtime.
let linking: [LinkerSetting] = [
    .unsafeFlags(["-sanitize=fuzzer,address"]), .unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux])),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")

/// A module of the server, or the part of it that needs neither sockets nor TLS.
func module(
    _ name: String, _ dependencies: [Target.Dependency], sources: [String]? = nil, isWatched: Bool = false
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Modules/\(name)", sources: sources,
        swiftSettings: isWatched ? watched : strict)
}

/// A program that throws random bytes at one parser.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: ["FuzzDriver"] + dependencies, swiftSettings: watched, linkerSettings: linking)
}

/// Programs that throw random bytes at one parser each; `run` builds and runs them. `Modules` is the server's source.
let package = Package(
    name: "nereid-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.30.0"),
    ],
    targets: [
        .systemLibrary(name: "CZlib", path: "Modules/CZlib", pkgConfig: "zlib"),
        .systemLibrary(name: "CNghttp2", path: "Modules/CNghttp2", pkgConfig: "libnghttp2"),
        module("InferenceTypes", [], isWatched: true),
        module("JSONText", [], isWatched: true),
        module("ModelConfiguration", ["InferenceTypes", "JSONText"]),
        module("ModelRepository", ["InferenceTypes", "ModelConfiguration"]),
        module("BackendAPI", ["InferenceTypes", "ModelConfiguration", logging]),
        module("Scheduling", ["InferenceTypes", "ModelConfiguration"]),
        module("MetricsExposition", []),
        module(
            "InferenceEngine",
            [
                "InferenceTypes", "ModelConfiguration", "ModelRepository", "BackendAPI", "Scheduling",
                "MetricsExposition", logging,
            ]),
        module(
            "ServingProtocol",
            ["InferenceTypes", "JSONText", "ModelConfiguration", "ModelRepository", "InferenceEngine", logging]),
        module("HTTP2Codec", ["InferenceTypes", "CNghttp2"], isWatched: true),
        module(
            "ServerTransport", ["InferenceTypes", "CZlib"],
            sources: ["Compression", "Bodies/RequestBodyBuffer.swift"], isWatched: true),
        module(
            "HTTPFrontend",
            ["InferenceTypes", "JSONText", "ModelConfiguration", "InferenceEngine", "ServingProtocol"],
            sources: [
                "Codec", "HTTP1/HTTPHeaderFields.swift", "HTTP1/HTTPLineReader.swift", "HTTP1/HTTPRequestError.swift",
                "HTTP1/HTTPRequestHead.swift", "HTTP1/HTTPRequestHeadBuilder.swift", "HTTP1/HTTPRequestParser.swift",
                "HTTP1/HTTPResponse.swift", "HTTP1/HTTPStatus.swift", "HTTP1/UInt8+HTTPCharacters.swift",
                "Routes/Base64.swift", "Routes/InferenceHeaderLength.swift", "Routes/RequestJSON.swift",
                "Server/HTTPLimits.swift", "Server/HTTPStatus+ServingError.swift",
            ], isWatched: true),
        module("InferenceProtos", [protobuf]),
        module(
            "GRPCFrontend", ["InferenceTypes", "InferenceEngine", "ServingProtocol"],
            sources: ["Codec", "Calls/GRPCMessage.swift", "Calls/GRPCMetadata.swift", "Service/Infer/InferCallLimits.swift"], isWatched: true),
        .target(name: "CLibFuzzer"),
        .target(name: "FuzzDriver", dependencies: ["CLibFuzzer"], swiftSettings: strict),
        fuzzer("JSONInferFuzz", ["HTTPFrontend", "InferenceTypes", "JSONText"]),
        fuzzer("BinarySplitFuzz", ["HTTPFrontend", "InferenceTypes"]),
        fuzzer("CompressionFuzz", ["HTTPFrontend", "ServerTransport", "InferenceTypes"]),
        fuzzer("HTTP1Fuzz", ["HTTPFrontend"]),
        fuzzer("HTTP2FramesFuzz", ["HTTP2Codec", "InferenceTypes"]),
        fuzzer(
            "GRPCInferFuzz",
            [
                "GRPCFrontend", "InferenceEngine", "InferenceProtos", "InferenceTypes", "ModelConfiguration",
                "ServingProtocol", protobuf,
            ]),
    ]
)
