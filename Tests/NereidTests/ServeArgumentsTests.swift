import ArgumentParser
import Foundation
import Testing

@testable import nereid

struct ServeArgumentsTests {
    @Test(arguments: [
        (["--http-port=9", "--id=a"], ["--http-port=9", "--id=a"]),
        (["--http-port", "9", "--id", "a"], ["--http-port=9", "--id=a"]),
        (["--id="], ["--id", ""]),
        (["--id", "--http-port"], ["--id=--http-port"]),
        (["--backend-config=pytorch,a=b=c,d"], ["--backend-config=pytorch,a=b=c,d"]),
        (["--disable-auto-complete-config", "--id", "x"], ["--disable-auto-complete-config", "--id=x"]),
        (["--model-rep=/a", "--model-s", "/b"], ["--model-repository=/a", "--model-store=/b"]),
        (["--help"], ["--help"]),
    ])
    func formsOfFlags(arguments: [String], acted: [String]) throws {
        let line = try ServeArguments(arguments)
        #expect(line.acted == acted)
        #expect(line.warnings.isEmpty)
    }

    @Test func flagsWithoutEffectAreToldOneByOne() throws {
        let line = try ServeArguments([
            "--grpc-infer-thread-count=2", "--id=x", "--cache-config", "local,size=1", "--vertex-ai-port=1",
        ])
        #expect(line.acted == ["--id=x"])
        #expect(
            line.warnings == [
                "--grpc-infer-thread-count is accepted but has no effect: "
                    + "the threads of --http-thread-count serve all protocols",
                "--cache-config is accepted but has no effect: there is no response cache yet",
                "--vertex-ai-port is accepted but has no effect: the SageMaker and Vertex AI front-ends do not exist here",
            ])
    }

    @Test func askingForWhatIsAbsentAnywayNeedsNoWarning() throws {
        let line = try ServeArguments([
            "--allow-sagemaker=false", "--allow-gpu-metrics=OFF", "--rate-limit=off", "--response-cache-byte-size=0",
        ])
        #expect(line.acted.isEmpty)
        #expect(line.warnings.isEmpty)
        #expect(try ServeArguments(["--allow-sagemaker=true"]).warnings.count == 1)
    }

    @Test(arguments: [
        (["--model-repositry=/m"], "unknown flag '--model-repositry'; did you mean '--model-repository'?"),
        (["--htpt-port", "1"], "unknown flag '--htpt-port'; did you mean '--http-port'?"),
        (["--load-modle=x"], "unknown flag '--load-modle'; did you mean '--load-model'?"),
        (["--nope"], "unknown flag '--nope'; `nereid serve --help` lists the flags."),
        (["--"], "unexpected argument '--'; flags of `nereid serve` start with '--'."),
        (["/models"], "unexpected argument '/models'; flags of `nereid serve` start with '--'."),
        (["--http-port"], "--http-port needs a value: --http-port=<value>."),
        (
            ["--disable-auto-complete-config=true"],
            "--disable-auto-complete-config takes no value, but 'true' was given."
        ),
        (
            ["--vertex-ai-port=abc"],
            "the value 'abc' is invalid for --vertex-ai-port: expected an integer from 0 to 65535."
        ),
        (
            ["--allow-sagemaker=maybe"],
            "the value 'maybe' is invalid for --allow-sagemaker: expected true, false, on, off, 1 or 0."
        ),
        (["--rate-limit=some"], "the value 'some' is invalid for --rate-limit: expected off or execution_count."),
        (
            ["--min-supported-compute-capability=soon"],
            "the value 'soon' is invalid for --min-supported-compute-capability: expected a number."
        ),
        (
            ["--cache-config=local"],
            "the value 'local' is invalid for --cache-config: expected <cache name>,<setting>=<value>."
        ),
        (["--log=1"], "--log is ambiguous: it could be --log-verbose, --log-info, --log-warning or --log-error ..."),
    ])
    func mistakes(arguments: [String], message: String) {
        let error = #expect(throws: CommandLineError.self) { try ServeArguments(arguments) }
        #expect(error?.description == message)
    }

    /// What `tritonserver --help` lists.
    private static let tritonFlags = """
        id exit-timeout-secs log-verbose log-info log-warning log-error log-format log-file model-store model-repository \
        exit-on-error disable-auto-complete-config strict-readiness model-control-mode repository-poll-secs load-model \
        model-config-name model-load-thread-count model-load-retry-count model-namespacing enable-peer-access allow-http \
        http-address http-port reuse-http-port http-header-forward-pattern http-thread-count http-restricted-api \
        http-max-input-size allow-grpc grpc-address grpc-port reuse-grpc-port grpc-header-forward-pattern \
        grpc-infer-thread-count grpc-infer-allocation-pool-size grpc-max-response-pool-size grpc-use-ssl \
        grpc-use-ssl-mutual grpc-server-cert grpc-server-key grpc-root-cert grpc-infer-response-compression-level \
        grpc-keepalive-time grpc-keepalive-timeout grpc-keepalive-permit-without-calls grpc-http2-max-pings-without-data \
        grpc-http2-min-recv-ping-interval-without-data grpc-http2-max-ping-strikes grpc-max-connection-age \
        grpc-max-connection-age-grace grpc-restricted-protocol allow-sagemaker sagemaker-port sagemaker-safe-port-range \
        sagemaker-thread-count allow-vertex-ai vertex-ai-port vertex-ai-thread-count vertex-ai-default-model allow-metrics \
        allow-gpu-metrics allow-cpu-metrics metrics-address metrics-port metrics-interval-ms metrics-config trace-config \
        backend-directory backend-config repoagent-directory cache-config cache-directory rate-limit rate-limit-resource \
        pinned-memory-pool-byte-size cuda-memory-pool-byte-size cuda-virtual-address-size min-supported-compute-capability \
        buffer-manager-thread-count host-policy model-load-gpu-limit strict-model-config response-cache-byte-size \
        trace-file trace-level trace-rate trace-count trace-log-frequency allow-client-shm
        """

    @Test func everyFlagOfTritonIsKnownOnce() {
        let known = ServerFlag.all.map(\.name)
        #expect(Set(known).count == known.count)
        for name in Self.tritonFlags.split(whereSeparator: \.isWhitespace) {
            #expect(known.contains(String(name)), "--\(name) is missing")
        }
    }

    @Test func theTableAndTheOptionsAgree() {
        let help = NereidCommand.helpMessage(for: ServeCommand.self, includeHidden: true, columns: 400)
        let lines = help.split(separator: "\n").filter { $0.hasPrefix("  --") }
        let documented = Set(
            lines.flatMap { $0.split(separator: " ").prefix { $0.hasPrefix("-") || $0.hasPrefix("<") } }
                .filter { $0.hasPrefix("--") }.map { $0.dropFirst(2).trimmingCharacters(in: [","]) })
        for flag in ServerFlag.all {
            guard case .acted = flag.handling else { continue }
            #expect(documented.contains(flag.name), "--\(flag.name) is acted on by no option")
        }
        let known = Set(ServerFlag.all.map(\.name)).union(["help", "version"])
        #expect(documented.subtracting(known).isEmpty)
    }

    @Test func nearestNames() {
        #expect(NearestName.editDistance("kitten", "sitting") == 3)
        #expect(NearestName.editDistance("ab", "ba") == 1)
        #expect(NearestName.editDistance("", "abc") == 3)
        #expect(NearestName.of("zzz", among: ["http-port"]) == nil)
    }

    @Test func flagsWithoutASubcommandAreThoseOfServe() throws {
        #expect(try RootArguments(["--id", "x"]).arguments == ["serve", "--id=x"])
        #expect(try RootArguments(["serve", "--id", "x"]).arguments == ["serve", "--id=x"])
        #expect(try RootArguments(["infer", "m", "--input", "x"]).arguments == ["infer", "m", "--input", "x"])
        #expect(try RootArguments(["--help"]).arguments == ["--help"])
        #expect(try RootArguments([]).arguments == [])
    }
}
