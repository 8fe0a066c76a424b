import ArgumentParser
import GRPCFrontend
import HTTP2Codec
import HTTPFrontend
import InferenceTypes
import Logging
import ServingProtocol
import NIOCore
import Testing

@testable import nereid

struct GRPCOptionsTests {
    private func configuration(_ arguments: String...) throws -> ServerConfiguration {
        let line = try ServeArguments(["--model-repository=/m"] + arguments)
        return try ServeCommand.parse(line.acted).serverConfiguration(warnings: line.warnings)
    }

    private func message(_ arguments: String...) -> String {
        do {
            let line = try ServeArguments(["--model-repository=/m"] + arguments)
            _ = try ServeCommand.parse(line.acted).serverConfiguration()
            return "no error"
        } catch {
            return (error as? CommandLineError)?.description ?? ServeCommand.message(for: error)
        }
    }

    @Test func defaultsAreTritons() throws {
        let found = try configuration()
        #expect(found.servesHTTP && found.servesGRPC)
        #expect(found.grpc == GRPCServerConfiguration())
        #expect(found.grpc.host == "0.0.0.0")
        #expect(found.grpc.port == 8001)
        #expect(found.grpc.compression == .none)
        #expect(found.grpc.limits.maximumMessageBytes == Int(Int32.max))
        #expect(found.grpc.keepAlive.time == .seconds(7200))
        #expect(found.grpc.keepAlive.timeout == .seconds(20))
        #expect(found.grpc.keepAlive.minimumPingInterval == .seconds(300))
        #expect(found.grpc.keepAlive.maximumPingStrikes == 2)
        #expect(found.grpc.keepAlive.maximumAge == nil)
    }

    @Test func everyFlagReachesTheConfiguration() throws {
        let found = try configuration(
            "--grpc-address=::1", "--grpc-port=7", "--reuse-grpc-port=true",
            "--grpc-infer-response-compression-level=HIGH", "--grpc-keepalive-time=1", "--grpc-keepalive-timeout=2",
            "--grpc-keepalive-permit-without-calls=1", "--grpc-http2-max-pings-without-data=3",
            "--grpc-http2-min-recv-ping-interval-without-data=4", "--grpc-http2-max-ping-strikes=5",
            "--grpc-max-connection-age=6", "--grpc-max-connection-age-grace=7", "--grpc-max-connections=8",
            "--grpc-max-concurrent-streams=9", "--grpc-max-message-size=10", "--grpc-max-inflated-size=11",
            "--grpc-max-header-size=300", "--grpc-max-header-count=13", "--grpc-handshake-timeout-secs=14",
            "--grpc-message-timeout-secs=15", "--grpc-write-timeout-secs=16", "--grpc-idle-timeout-secs=17")
        let grpc = found.grpc
        #expect(grpc.host == "::1")
        #expect(grpc.port == 7)
        #expect(grpc.reusesPort)
        #expect(grpc.compression == .high)
        #expect(grpc.keepAlive.time == .milliseconds(1))
        #expect(grpc.keepAlive.timeout == .milliseconds(2))
        #expect(grpc.keepAlive.permitsWithoutCalls)
        #expect(grpc.keepAlive.maximumPingsWithoutData == 3)
        #expect(grpc.keepAlive.minimumPingInterval == .milliseconds(4))
        #expect(grpc.keepAlive.maximumPingStrikes == 5)
        #expect(grpc.keepAlive.maximumAge == .milliseconds(6))
        #expect(grpc.keepAlive.ageGrace == .milliseconds(7))
        #expect(grpc.limits.maximumConnections == 8)
        #expect(grpc.limits.http2.maximumStreams == 9)
        #expect(grpc.limits.maximumMessageBytes == 10)
        #expect(grpc.limits.maximumInflatedBytes == 11)
        #expect(grpc.limits.http2.headerListByteCount == 300)
        #expect(grpc.limits.http2.headerFieldCount == 13)
        #expect(grpc.limits.handshakeTimeout == .seconds(14))
        #expect(grpc.limits.messageProgressInterval == .seconds(15))
        #expect(grpc.limits.writeStallTimeout == .seconds(16))
        #expect(grpc.limits.idleTimeout == .seconds(17))
        #expect(found.warnings.isEmpty)
    }

    @Test func oneProtocolIsEnough() throws {
        #expect(try !configuration("--allow-grpc=false").servesGRPC)
        #expect(try !configuration("--allow-http=off").servesHTTP)
        #expect(try configuration("--allow-http=off", "--grpc-port=8000").grpc.port == 8000)
        #expect(try configuration("--http-port=0", "--grpc-port=0").grpc.port == 0)
    }

    @Test func mistakes() {
        #expect(message("--allow-http=false", "--allow-grpc=false").contains("leave nothing to serve"))
        #expect(message("--grpc-port=8000").contains("--http-port and --grpc-port are both 8000"))
        #expect(message("--grpc-address=").contains("--grpc-address is empty"))
        #expect(message("--grpc-port=abc").contains("expected an integer from 0 to 65535"))
        #expect(
            message("--grpc-infer-response-compression-level=most").contains("expected none, low, medium or high"))
    }

    @Test func aPortInUseIsToldClearly() async throws {
        var configuration = ServerConfiguration()
        configuration.servesHTTP = false
        configuration.grpc = GRPCServerConfiguration(host: "127.0.0.1", port: 0)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let first = InferenceServer(configuration: configuration, log: LogSettingsStore(), logger: logger)
        let port = try #require(try await first.start().grpc)
        configuration.servesHTTP = true
        configuration.http.host = "127.0.0.1"
        configuration.http.port = 0
        configuration.grpc.port = port
        let second = InferenceServer(configuration: configuration, log: LogSettingsStore(), logger: logger)
        let error = await #expect(throws: ServingError.self) { try await second.start() }
        #expect(
            error?.message == "cannot listen for gRPC on 127.0.0.1:\(port): Address already in use; "
                + "is another server using the port?")
        #expect(await first.stop([.grpc], timeout: .seconds(60)))
    }
}
