// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: language mode 6 comes from the tools version; a warning is an error.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let http = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let tls = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

let package = Package(
    name: "nereid",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "nereid", targets: ["nereid"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
    ],
    targets: [
        .target(name: "InferenceTypes", swiftSettings: strict),
        .target(name: "JSONText", swiftSettings: strict),
        .target(name: "ModelConfiguration", dependencies: ["InferenceTypes", "JSONText"], swiftSettings: strict),
        .target(
            name: "ModelRepository", dependencies: ["InferenceTypes", "ModelConfiguration"], swiftSettings: strict),
        .target(
            name: "BackendAPI", dependencies: ["InferenceTypes", "ModelConfiguration", logging],
            swiftSettings: strict),
        .target(name: "Scheduling", dependencies: ["InferenceTypes", "ModelConfiguration"], swiftSettings: strict),
        .target(
            name: "InferenceEngine",
            dependencies: [
                "InferenceTypes", "ModelConfiguration", "ModelRepository", "BackendAPI", "Scheduling",
                "MetricsExposition", logging,
            ], swiftSettings: strict),
        .target(
            name: "ServingProtocol",
            dependencies: [
                "InferenceTypes", "JSONText", "ModelConfiguration", "ModelRepository", "InferenceEngine", logging,
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"]), .brew(["libnghttp2"])]),
        .target(name: "HTTP2Codec", dependencies: ["InferenceTypes", "CNghttp2"], swiftSettings: strict),
        .target(
            name: "ServerTransport",
            dependencies: [
                "InferenceTypes", "CZlib", logging, tls, .product(name: "NIOTLS", package: "swift-nio"),
            ] + nio,
            swiftSettings: strict),
        .target(
            name: "HTTPFrontend",
            dependencies: [
                "InferenceTypes", "JSONText", "ModelConfiguration", "InferenceEngine", "ServingProtocol",
                "ServerTransport", logging,
            ] + nio,
            swiftSettings: strict),
        .target(name: "InferenceProtos", dependencies: [protobuf], swiftSettings: strict),
        .target(
            name: "GRPCFrontend",
            dependencies: [
                "InferenceTypes", "ModelConfiguration", "InferenceEngine", "ServingProtocol", "ServerTransport",
                "HTTP2Codec", "InferenceProtos", logging, protobuf,
            ] + nio,
            swiftSettings: strict),
        .target(name: "MetricsExposition", swiftSettings: strict),
        .target(
            name: "Observability",
            dependencies: [
                "InferenceTypes", "ModelConfiguration", "ModelRepository", "InferenceEngine", "ServingProtocol",
                "MetricsExposition", logging,
            ], swiftSettings: strict),
        .target(
            name: "ObjectStorage",
            dependencies: [
                "InferenceTypes", "JSONText", "ModelRepository", crypto, http, logging, tls,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio, swiftSettings: strict),
        .target(name: "CTorchShim"),
        .target(
            name: "TorchBackend",
            dependencies: ["InferenceTypes", "ModelConfiguration", "BackendAPI", "CTorchShim", logging],
            swiftSettings: strict),
        .target(
            name: "ReferenceBackends", dependencies: ["InferenceTypes", "ModelConfiguration", "BackendAPI", logging],
            swiftSettings: strict),
        .target(
            name: "InferenceTesting",
            dependencies: [
                "InferenceTypes", "ModelConfiguration", "BackendAPI", "InferenceEngine", logging,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "nereid",
            dependencies: [
                "InferenceTypes", "JSONText", "ModelConfiguration", "ModelRepository", "BackendAPI", "InferenceEngine",
                "ServingProtocol", "ServerTransport", "HTTPFrontend", "HTTP2Codec", "GRPCFrontend", "Observability",
                "MetricsExposition", "ObjectStorage", "TorchBackend", "ReferenceBackends", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ] + nio, swiftSettings: strict),
        .testTarget(
            name: "InferenceTypesTests",
            dependencies: ["InferenceTypes"],
            swiftSettings: strict),
        .testTarget(
            name: "JSONTextTests",
            dependencies: ["JSONText", "InferenceTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ModelConfigurationTests",
            dependencies: ["ModelConfiguration", "InferenceTypes", "JSONText", "InferenceTesting"],
            resources: [.copy("Fixtures")], swiftSettings: strict),
        .testTarget(
            name: "ModelRepositoryTests",
            dependencies: ["ModelRepository", "InferenceTypes", "ModelConfiguration", "InferenceTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "SchedulingTests",
            dependencies: ["Scheduling", "InferenceTypes", "ModelConfiguration", "InferenceTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "InferenceEngineTests",
            dependencies: [
                "InferenceEngine", "InferenceTypes", "ModelConfiguration", "ModelRepository", "BackendAPI",
                "Scheduling", "MetricsExposition", "ReferenceBackends", "InferenceTesting", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ServingProtocolTests",
            dependencies: [
                "ServingProtocol", "InferenceTypes", "JSONText", "ModelConfiguration", "ModelRepository", "BackendAPI",
                "InferenceEngine", "ReferenceBackends", "InferenceTesting", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HTTPFrontendTests",
            dependencies: [
                "HTTPFrontend", "InferenceTypes", "JSONText", "ModelConfiguration", "InferenceEngine",
                "ServingProtocol", "ServerTransport", "InferenceTesting", "CZlib", logging,
            ] + nio + [
                .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HTTP2CodecTests",
            dependencies: ["HTTP2Codec", "InferenceTypes", "CNghttp2", "InferenceTesting"], swiftSettings: strict),
        .testTarget(
            name: "ServerTransportTests",
            dependencies: ["ServerTransport", "InferenceTypes", "InferenceTesting", "CZlib", logging, tls] + nio + [
                .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "GRPCFrontendTests",
            dependencies: [
                "GRPCFrontend", "InferenceTypes", "ModelConfiguration", "BackendAPI", "InferenceEngine",
                "ServingProtocol", "ServerTransport", "HTTP2Codec", "CNghttp2", "CZlib", "InferenceProtos",
                "ReferenceBackends", "InferenceTesting", logging, protobuf,
            ] + nio + [.product(name: "NIOEmbedded", package: "swift-nio")],
            resources: [.copy("Fixtures")], swiftSettings: strict),
        .testTarget(name: "MetricsExpositionTests", dependencies: ["MetricsExposition"], swiftSettings: strict),
        .testTarget(
            name: "ObservabilityTests",
            dependencies: [
                "Observability", "InferenceTypes", "ModelConfiguration", "ModelRepository", "BackendAPI",
                "InferenceEngine", "ServingProtocol", "MetricsExposition", "ReferenceBackends", "InferenceTesting",
                logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TorchBackendTests",
            dependencies: [
                "TorchBackend", "InferenceTypes", "ModelConfiguration", "BackendAPI", "InferenceTesting", logging,
            ],
            exclude: ["make_models.py"], swiftSettings: strict),
        .testTarget(
            name: "ObjectStorageTests",
            dependencies: [
                "ObjectStorage", "InferenceTypes", "JSONText", "ModelRepository", crypto, logging,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            swiftSettings: strict),
        .testTarget(
            name: "ReferenceBackendsTests",
            dependencies: [
                "ReferenceBackends", "InferenceTypes", "ModelConfiguration", "BackendAPI", "InferenceEngine",
                "InferenceTesting", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "NereidTests",
            dependencies: [
                "nereid", "InferenceTypes", "JSONText", "ModelConfiguration", "ModelRepository", "InferenceEngine",
                "ServingProtocol", "ServerTransport", "HTTPFrontend", "HTTP2Codec", "GRPCFrontend", "Observability",
                "ObjectStorage", "InferenceTesting", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ]
)
