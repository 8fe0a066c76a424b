// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: language mode 6 comes from the tools version; a warning is an error.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Programs that throw random bytes at one parser each. `run` builds and runs them: they need flags that a manifest cannot
/// give to the modules of another package, instrumentation and `-enable-testing`.
let package = Package(
    name: "nereid-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "nereid", path: ".."),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.30.0"),
    ],
    targets: [
        .target(name: "CLibFuzzer"),
        .target(name: "FuzzDriver", dependencies: ["CLibFuzzer"], swiftSettings: strict),
    ]
        + [
            "JSONInferFuzz", "BinarySplitFuzz", "CompressionFuzz", "HTTP1Fuzz", "HTTP2FramesFuzz", "GRPCInferFuzz",
        ].map { name in
            .executableTarget(
                name: name,
                dependencies: [
                    "FuzzDriver", .product(name: "NereidFrontends", package: "nereid"),
                    .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                ], swiftSettings: strict)
        }
)
