import ArgumentParser
import ServingProtocol
import Testing

@testable import nereid

@Suite struct SettingsOptionsTests {
    private func configuration(_ arguments: [String]) throws -> ServerConfiguration {
        try ServeCommand.parse(["--model-repository=/m"] + arguments).serverConfiguration()
    }

    @Test func traceSettings() throws {
        let trace = try configuration([
            "--trace-config=level=TIMESTAMPS", "--trace-config=level=tensors", "--trace-config=rate=7",
            "--trace-config=count=-1", "--trace-config=triton,file=/tmp/a,b=c", "--trace-config=triton,log-frequency=3",
            "--trace-config=opentelemetry,url=http://x",
        ]).trace
        #expect(trace.level == [.timestamps, .tensors] && trace.rate == 7 && trace.count == -1)
        #expect(trace.file == "/tmp/a,b=c" && trace.logFrequency == 3 && trace.mode == .triton && trace.options.isEmpty)
        let other = try configuration(
            ["--trace-config=mode=opentelemetry", "--trace-config=opentelemetry,url=http://x", "--trace-rate=2"]
        ).trace
        #expect(other.mode == .opentelemetry && other.rate == 2)
        #expect(other.options == [.init(name: "url", value: "http://x")])
        #expect(try configuration([]).trace == TraceSettings())
    }

    @Test(
        arguments: [
            "--trace-config=level", "--trace-config=,rate=1", "--trace-config=a,b,c=1", "--trace-config=rate=",
            "--trace-config=rate=x", "--trace-config=count=-2", "--trace-config=level=SOME", "--trace-config=mode=none",
            "--trace-config=nope=1", "--trace-config=none,file=x", "--trace-rate=-1",
        ])
    func wrongTraceSettingsAreRefused(argument: String) {
        #expect(throws: CommandLineError.self) { try configuration([argument]) }
    }

    @Test func sharedMemory() throws {
        #expect(try configuration([]).sharedMemory == SharedMemorySettings())
        let settings = try configuration([
            "--allow-client-shm=true", "--client-shm-key-prefix=/a_", "--client-shm-key-prefix=b_",
            "--max-shm-regions=2", "--max-shm-bytes=3", "--max-shm-request-bytes=4",
        ]).sharedMemory
        #expect(settings.isAllowed && settings.keyPrefixes == ["a_", "b_"])
        #expect(settings.maximumRegions == 2 && settings.maximumBytes == 3 && settings.maximumRequestBytes == 4)
    }
}
