import ArgumentParser
import Foundation
import GRPCFrontend
import HTTP2Codec
import HTTPFrontend
import InferenceEngine
import ObjectStorage
import ServingProtocol
import Testing

@testable import nereid

/// Every limit has a flag, and docs/LIMITS.md has a row with its default.
struct LimitFlagTests {
    /// A flag, and where its value has to arrive, in the form that it has in the flag.
    private struct Limit: Sendable {
        var flag: String
        var read: @Sendable (ServerConfiguration) -> String

        init(_ flag: String, _ read: @escaping @Sendable (ServerConfiguration) -> String) {
            self.flag = flag
            self.read = read
        }

        static func http<Value>(_ flag: String, _ limit: @escaping @Sendable (HTTPLimits) -> Value) -> Limit {
            Limit("http-" + flag) { LimitFlagTests.text(limit($0.http.limits)) }
        }

        static func grpc<Value>(_ flag: String, _ limit: @escaping @Sendable (GRPCLimits) -> Value) -> Limit {
            Limit("grpc-" + flag) { LimitFlagTests.text(limit($0.grpc.limits)) }
        }
    }

    private static func text<Value>(_ value: Value) -> String {
        if let duration = value as? Duration { return "\(duration.components.seconds)" }
        return "\(value)"
    }

    private static let limits: [Limit] = [
        .http("max-connections") { $0.maximumConnections },
        .http("max-header-size") { $0.maximumHeaderBytes },
        .http("max-header-count") { $0.maximumHeaderCount },
        .http("max-request-size") { $0.maximumInferenceBodyBytes },
        .http("max-stream-backlog-size") { $0.maximumPendingStreamBytes },
        .http("header-timeout-secs") { $0.headerTimeout },
        .http("body-timeout-secs") { $0.bodyProgressInterval },
        .http("write-timeout-secs") { $0.writeStallTimeout },
        .http("idle-timeout-secs") { $0.idleTimeout },
        .http("close-linger-secs") { $0.closeLinger },
        .http("max-input-size") { $0.maximumInflatedBytes },
        .grpc("max-connections") { $0.maximumConnections },
        .grpc("max-concurrent-streams") { $0.http2.maximumStreams },
        .grpc("max-message-size") { $0.maximumMessageBytes },
        .grpc("max-inflated-size") { $0.maximumInflatedBytes },
        .grpc("max-header-size") { $0.http2.headerListByteCount },
        .grpc("max-header-count") { $0.http2.headerFieldCount },
        .grpc("handshake-timeout-secs") { $0.handshakeTimeout },
        .grpc("message-timeout-secs") { $0.messageProgressInterval },
        .grpc("write-timeout-secs") { $0.writeStallTimeout },
        .grpc("idle-timeout-secs") { $0.idleTimeout },
        .grpc("close-linger-secs") { $0.closeLinger },
        .grpc("max-typed-size") { $0.inference.maximumTypedBytes },
        .grpc("max-stream-requests") { $0.inference.maximumStreamRequests },
        .grpc("max-stream-request-size") { $0.inference.maximumStreamRequestBytes },
        .grpc("max-stream-backlog-size") { $0.inference.maximumUnreadBytes },
        .grpc("max-held-size") { $0.maximumHeldBytes },
        .grpc("max-reset-rate") { $0.http2.resets },
        .grpc("max-ping-rate") { $0.http2.pings },
        .grpc("max-settings-rate") { $0.http2.settings },
        .grpc("max-priority-rate") { $0.http2.priorities },
        .grpc("max-window-update-rate") { $0.http2.windowUpdates },
        .grpc("max-empty-frame-rate") { $0.http2.emptyFrames },
        .grpc("max-continuation-frames") { $0.http2.continuationFrames },
        .grpc("max-queued-control-frames") { $0.http2.queuedControlFrames },
        Limit("metrics-max-connections") { text($0.metrics?.server.limits.maximumConnections ?? 0) },
        Limit("max-request-tensors") { text($0.http.limits.request.maximumTensors) },
        Limit("max-tensor-rank") { text($0.http.limits.request.maximumRank) },
        Limit("max-request-parameters") { text($0.http.limits.request.maximumParameters) },
        Limit("max-queue-size") { text($0.serving.maximumQueueSize) },
        Limit("max-active-sequences") { text($0.serving.maximumActiveSequences) },
        Limit("max-instances") { text($0.serving.maximumInstances) },
        Limit("max-warmup-shapes") { text($0.serving.maximumWarmupShapes) },
        Limit("warmup-shapes-timeout-secs") { text($0.serving.warmupShapeTime) },
        Limit("model-wait-max-requests") { text($0.repository.onDemand.maximumWaiting) },
        Limit("model-wait-timeout-secs") { text($0.repository.onDemand.maximumWait) },
        Limit("model-min-residence-secs") { text($0.repository.onDemand.minimumResidence) },
        Limit("max-request-memory-size") { text($0.requestMemory) },
        Limit("tensor-memory-pool-size") { text($0.keptTensorMemory) },
        Limit("repository-max-watches") { text($0.repository.watchLimit) },
        Limit("object-store-max-objects") { text($0.objectStore.limits.maximumObjects) },
        Limit("object-store-max-size") { text($0.objectStore.limits.maximumBytes) },
        Limit("object-store-max-requests") { text($0.objectStore.limits.parallelRequests) },
        Limit("object-store-timeout-secs") { text($0.objectStore.limits.timeout) },
        Limit("object-store-retry-count") { text($0.objectStore.limits.retryCount) },
        Limit("object-store-cache-size") { text($0.objectStore.limits.cacheBytes) },
        Limit("max-shm-regions") { text($0.sharedMemory.maximumRegions) },
        Limit("max-shm-bytes") { text($0.sharedMemory.maximumBytes) },
        Limit("max-shm-request-bytes") { text($0.sharedMemory.maximumRequestBytes) },
    ]

    private func configuration(_ arguments: [String]) throws -> ServerConfiguration {
        let line = try ServeArguments(["--model-repository=/m"] + arguments)
        return try ServeCommand.parse(line.acted).serverConfiguration(warnings: line.warnings)
    }

    /// Flag -> default, from the tables of docs/LIMITS.md.
    private static func documentedDefaults() throws -> [String: String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/LIMITS.md"), encoding: .utf8)
        var defaults: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 4, cells[1].hasPrefix("`--") else { continue }
            defaults[cells[1].trimmingCharacters(in: ["`", "-"])] = cells[2]
        }
        return defaults
    }

    @Test func everyFlagReachesItsLimitAndNoOther() throws {
        let standard = try configuration([])
        let values = Self.limits.enumerated().map { index, limit in
            limit.flag.hasSuffix("-rate") ? "\(1000 + index),\(2000 + index)" : "\(1000 + index)"
        }
        let changed = try configuration(zip(Self.limits, values).map { "--\($0.flag)=\($1)" })
        for (limit, value) in zip(Self.limits, values) {
            #expect(limit.read(standard) != value)
            #expect(limit.read(changed) == value, "--\(limit.flag)")
        }
        #expect(changed.warnings.isEmpty)
    }

    @Test func bothProtocolsLimitRequestsAlike() throws {
        let found = try configuration([
            "--max-request-tensors=7", "--max-tensor-rank=8", "--max-request-parameters=9",
        ])
        #expect(found.http.limits.request != RequestLimits())
        #expect(found.grpc.limits.inference.request == found.http.limits.request)
    }

    @Test(arguments: [
        ("--grpc-max-typed-size=0", "expected an integer of 1 or more."),
        ("--http-close-linger-secs=0", "expected an integer from 1 to 86400."),
        ("--grpc-max-continuation-frames=many", "expected an integer from 0 to 1000000."),
        ("--grpc-max-reset-rate=500", "expected <burst,per-second>: how often at once and then how often a second"),
    ])
    func whatIsNoLimitIsRefused(argument: String, reason: String) {
        let error = #expect(throws: (any Error).self) { try configuration([argument]) }
        let message = error.map { ServeCommand.message(for: $0) } ?? ""
        #expect(message.contains(argument.prefix { $0 != "=" }))
        #expect(message.contains(reason), "\(message)")
    }

    @Test func ratesAreTwoNumbers() throws {
        #expect(try FlagValue.rate("5,6") == HTTP2Rate(burst: 5, perSecond: 6))
        for text in ["", "1", "1,", ",1", "1,2,3", "0,1", "1,0", "-1,1", "a,b", "1, 2", "99999999999999999999,1"] {
            #expect(throws: ValidationError.self, "\(text)") { try FlagValue.rate(text) }
        }
    }

    @Test func everyLimitIsDocumentedWithItsDefault() throws {
        let documented = try Self.documentedDefaults()
        #expect(Set(documented.keys) == Set(Self.limits.map(\.flag)))
        let standard = try configuration([])
        let help = NereidCommand.helpMessage(for: ServeCommand.self, columns: 400).split(separator: "\n")
        for limit in Self.limits where limit.flag != "max-request-memory-size" {
            let value = limit.read(standard)
            #expect(documented[limit.flag] == value, "--\(limit.flag)")
            let line = help.firstIndex { $0.hasPrefix("  --\(limit.flag) ") }
            let text = line.map { help[$0...].prefix(2).joined(separator: " ") } ?? ""
            #expect(text.contains("(default: \(value))") || limit.flag == "http-max-input-size", "\(text)")
        }
    }

    /// What `--help` has under "Limits" is in the table above.
    @Test func everyFlagOfTheLimitsIsTested() {
        let help = NereidCommand.helpMessage(for: ServeCommand.self, columns: 400).split(separator: "\n")
        let tested = Set(Self.limits.map(\.flag))
        var isLimits = false
        var count = 0
        for line in help {
            if !line.hasPrefix(" ") { isLimits = line.uppercased().hasPrefix("LIMITS") }
            guard isLimits, line.hasPrefix("  --") else { continue }
            let flag = line.dropFirst(4).prefix { $0 != " " }
            #expect(tested.contains(String(flag)), "--\(flag) is not tested")
            count += 1
        }
        #expect(count > 30)
    }
}
