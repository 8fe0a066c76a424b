import ArgumentParser
import HTTPFrontend
import InferenceEngine
import Observability
import ServingProtocol
import Testing

@testable import nereid

struct ServerConfigurationTests {
    private func configuration(_ arguments: String...) throws -> ServerConfiguration {
        let line = try ServeArguments(arguments)
        let command = try ServeCommand.parse(line.acted)
        return try command.serverConfiguration(warnings: line.warnings)
    }

    private func message(_ arguments: String...) -> String {
        do {
            let line = try ServeArguments(arguments)
            _ = try ServeCommand.parse(line.acted).serverConfiguration()
            return "no error"
        } catch {
            return (error as? CommandLineError)?.description ?? ServeCommand.message(for: error)
        }
    }

    @Test func stoppingAndHandover() throws {
        let found = try configuration(
            "--model-repository=/m", "--drain-secs=20", "--exit-idle-secs", "5", "--exit-timeout-secs=7",
            "--handover-socket=/run/nereid/handover")
        #expect(found.stop.drain == .seconds(20))
        #expect(found.stop.idleGrace == .seconds(5))
        #expect(found.stop.exitTimeout == .seconds(7))
        #expect(found.handoverSocket == "/run/nereid/handover")
        #expect(try configuration("--model-repository=/m", "--handover-socket=").handoverSocket == nil)
        #expect(message("--model-repository=/m", "--drain-secs=-1").contains("an integer from 0 to"))
    }

    @Test func defaultsAreTritons() throws {
        var expected = ServerConfiguration()
        expected.repository.paths = ["/m"]
        let found = try configuration("--model-repository=/m")
        expected.metrics = found.metrics
        #expect(expected.metrics?.server.port == 8002)
        #expect(found == expected)
        #expect(found.id == "triton")
        #expect(found.stop.exitTimeout == .seconds(30))
        #expect(found.http.host == "0.0.0.0")
        #expect(found.http.port == 8000)
        #expect(found.http.limits.maximumJSONBytes == 67_108_864)
        #expect(found.repository.controlMode == .none)
        #expect(found.repository.pollInterval == .seconds(15))
        #expect(found.repository.exitOnError)
        #expect(found.repository.strictReadiness)
        #expect(found.repository.autoCompletesConfigurations)
        #expect(found.repository.loadThreadCount == 4)
        #expect(found.log.info && found.log.warning && found.log.error)
    }

    @Test func aThousandLoadsAtOnceAreEnough() throws {
        #expect(
            try configuration("--model-repository=/a", "--model-load-thread-count=1024").repository.loadThreadCount
                == 1024)
        for count in ["0", "1025", "-1"] {
            #expect(throws: (any Error).self) {
                try configuration("--model-repository=/a", "--model-load-thread-count=\(count)")
            }
        }
    }

    @Test func everyFlagReachesTheConfiguration() throws {
        let found = try configuration(
            "--id", "n", "--exit-timeout-secs=5", "--log-verbose=2", "--log-info=off", "--log-warning", "FALSE",
            "--log-error=0", "--log-format=iso8601", "--log-file=/tmp/l", "--model-store", "/a",
            "--model-repository=/b",
            "--model-repository=/a", "--exit-on-error=False", "--disable-auto-complete-config",
            "--strict-readiness=0", "--model-control-mode=EXPLICIT", "--repository-poll-secs=1", "--load-model=m",
            "--load-model", "n", "--model-load-thread-count=2", "--model-load-retry-count=3",
            "--http-address=127.0.0.1",
            "--http-port=0", "--reuse-http-port=on", "--http-thread-count=3", "--http-max-input-size=100",
            "--http-max-request-size=1000", "--http-max-header-size=300",
            "--http-max-connections=7", "--http-header-timeout-secs=8", "--http-idle-timeout-secs=9",
            "--http-max-header-count=10", "--http-body-timeout-secs=11", "--http-write-timeout-secs=12",
            "--max-request-tensors=13", "--max-tensor-rank=14", "--max-request-parameters=15",
            "--max-queue-size=16", "--max-active-sequences=17", "--max-instances=18",
            "--max-request-memory-size=19", "--tensor-memory-pool-size=20",
            "--model-config-name=h100", "--model-namespacing=on", "--torch-library=/t.so",
            "--backend-config=pytorch,x=1", "--backend-config=default-max-batch-size=8",
            "--backend-config=pytorch,y=a,b=c")
        #expect(found.id == "n")
        #expect(found.stop.exitTimeout == .seconds(5))
        #expect(found.log.verboseLevel == 2)
        #expect(!found.log.info && !found.log.warning && !found.log.error)
        #expect(found.log.format == .iso8601)
        #expect(found.logFile == "/tmp/l")
        #expect(found.repository.paths == ["/a", "/b"])
        #expect(!found.repository.exitOnError)
        #expect(!found.repository.autoCompletesConfigurations)
        #expect(!found.repository.strictReadiness)
        #expect(found.repository.controlMode == .explicit)
        #expect(found.repository.pollInterval == .seconds(1))
        #expect(found.repository.startupModels == .named(["m", "n"]))
        #expect(found.repository.loadThreadCount == 2)
        #expect(found.repository.loadRetryCount == 3)
        #expect(found.repository.usesNamespaces)
        #expect(found.http.host == "127.0.0.1")
        #expect(found.http.port == 0)
        #expect(found.http.reusesPort)
        #expect(found.requestMemory == 19)
        #expect(found.keptTensorMemory == 20)
        #expect(found.eventLoopCount == 3)
        #expect(found.http.limits.maximumJSONBytes == 100)
        #expect(found.http.limits.maximumBodyBytes == 100)
        #expect(found.http.limits.maximumInflatedBytes == 100)
        #expect(found.http.limits.maximumInferenceBodyBytes == 1000)
        #expect(found.http.limits.maximumHeaderBytes == 300)
        #expect(found.http.limits.maximumConnections == 7)
        #expect(found.http.limits.headerTimeout == .seconds(8))
        #expect(found.http.limits.idleTimeout == .seconds(9))
        #expect(found.http.limits.maximumHeaderCount == 10)
        #expect(found.http.limits.bodyProgressInterval == .seconds(11))
        #expect(found.http.limits.writeStallTimeout == .seconds(12))
        #expect(found.http.limits.request.maximumTensors == 13)
        #expect(found.http.limits.request.maximumRank == 14)
        #expect(found.http.limits.request.maximumParameters == 15)
        #expect(found.serving.maximumQueueSize == 16)
        #expect(found.serving.maximumActiveSequences == 17)
        #expect(found.serving.maximumInstances == 18)
        #expect(found.repository.configurationName == "h100")
        #expect(found.torchLibrary == "/t.so")
        #expect(found.backendSettings == ["pytorch": ["x": "1", "y": "a,b=c"], "": ["default-max-batch-size": "8"]])
        #expect(found.warnings.isEmpty)
    }

    @Test(arguments: [("true", true), ("ON", true), ("1", true), ("False", false), ("off", false), ("0", false)])
    func booleans(text: String, value: Bool) throws {
        #expect(
            try configuration("--model-repository=/m", "--strict-readiness", text).repository.strictReadiness == value)
    }

    @Test func wrongValuesNameTheFlagTheValueAndWhatIsAllowed() {
        let cases = [
            (
                message("--model-repository=/m", "--http-port=abc"),
                ["--http-port", "'abc'", "an integer from 0 to 65535"]
            ),
            (message("--model-repository=/m", "--http-port=70000"), ["--http-port", "'70000'", "from 0 to 65535"]),
            (
                message("--model-repository=/m", "--exit-on-error=maybe"),
                ["--exit-on-error", "'maybe'", "true, false, on, off, 1 or 0"]
            ),
            (
                message("--model-repository=/m", "--model-control-mode=sometimes"),
                ["--model-control-mode", "'sometimes'", "none, poll or explicit"]
            ),
            (message("--model-repository=/m", "--log-format=json"), ["--log-format", "'json'", "default or ISO8601"]),
            (message("--model-repository=/m", "--exit-timeout-secs=-1"), ["--exit-timeout-secs", "'-1'", "from 0 to"]),
            (
                message("--model-repository=/m", "--backend-config=foo"),
                ["--backend-config option format is '<backend name>,<setting>=<value>'. Got foo"]
            ),
            (message("--model-repository=/m", "--backend-config=a,b,c=d"), ["Got a,b,c=d"]),
            (message("--model-repository=/m", "--backend-config=,=d"), ["Got ,=d"]),
        ]
        for (message, parts) in cases {
            for part in parts { #expect(message.contains(part), "'\(message)' lacks '\(part)'") }
        }
    }

    @Test func combinationsThatMakeNoSense() {
        #expect(message("--id=x").contains("--model-repository must be specified"))
        #expect(message("--model-repository=").contains("--model-repository is empty"))
        #expect(
            message("--model-repository=/m", "--load-model=x")
                == "Use of '--load-model' requires setting '--model-control-mode=explicit' as well.")
        #expect(
            message("--model-repository=/m", "--model-control-mode=explicit", "--load-model=*", "--load-model=x")
                .contains("--load-model=* loads all models"))
        #expect(
            message("--model-repository=/m", "--allow-http=false", "--allow-grpc=false")
                .contains("leave nothing to serve"))
        #expect(message("--model-repository=/m", "--grpc-port=8000").contains("are both 8000"))
    }

    @Test func startupModelsOfExplicitMode() throws {
        let none = try configuration("--model-repository=/m", "--model-control-mode=explicit")
        #expect(none.repository.startupModels == .named([]))
        let all = try configuration("--model-repository=/m", "--model-control-mode=explicit", "--load-model=*")
        #expect(all.repository.startupModels == .all)
    }

    @Test func theDeprecatedFlagStillWorksAndSaysSo() throws {
        let found = try configuration("--model-repository=/m", "--strict-model-config=true")
        #expect(!found.repository.autoCompletesConfigurations)
        #expect(found.warnings == ["--strict-model-config is deprecated: use --disable-auto-complete-config"])
    }
}
