import MetricsExposition
import Synchronization
import Testing

@testable import Observability

/// Metrics of the machine and of the process.
struct MachineMetricsTests {
    private static let memory = "MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    400 kB\nBuffers: 7 kB\n"

    private final class Machine: Sendable {
        let files = Mutex<[String: String]>(["/proc/meminfo": MachineMetricsTests.memory])
        let elapsed = Mutex(Duration.zero)
        let start = ContinuousClock.now

        func metrics(_ settings: MetricsSettings = MetricsSettings()) -> MachineMetrics {
            MachineMetrics(
                settings, read: { path in self.files.withLock { $0[path] } },
                now: { self.start + self.elapsed.withLock { $0 } })
        }

        func set(_ ticks: String) { files.withLock { $0["/proc/stat"] = "cpu  \(ticks) 0 0\ncpu0 1 2\nintr 5\n" } }

        func pass(_ time: Duration) { elapsed.withLock { $0 += time } }
    }

    private func samples(_ source: some MetricSource) -> [String: Double] {
        var families = MetricFamilies()
        source.collect(into: &families)
        let lines = String(decoding: families.prometheusText(), as: UTF8.self).split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.filter { !$0.hasPrefix("#") }.map { line in
                let parts = line.split(separator: " ")
                return (String(parts[0]), Double(parts[1]) ?? .nan)
            })
    }

    @Test func utilizationIsThatOfTheTimeSinceTheLastLook() {
        let machine = Machine()
        machine.set("10 0 10 80 0 0 0 0")
        let metrics = machine.metrics()
        machine.set("20 5 15 160 20 5 3 2")
        #expect(samples(metrics)["nv_cpu_utilization"] == 30.0 / 130)
        machine.pass(.seconds(2))
        machine.set("120 5 15 160 20 5 3 2")
        #expect(samples(metrics)["nv_cpu_utilization"] == 1)
        machine.pass(.seconds(2))
        #expect(samples(metrics)["nv_cpu_utilization"] == 1, "no tick has passed")
        machine.pass(.seconds(2))
        machine.set("110 5 15 170 20 5 3 2")
        #expect(samples(metrics)["nv_cpu_utilization"] == 0, "a clock that went back counts for nothing")
    }

    @Test func figuresAreKeptForAWhile() {
        let machine = Machine()
        machine.set("0 0 0 0 0 0 0 0")
        let metrics = machine.metrics()
        #expect(samples(metrics)["nv_cpu_memory_used_bytes"] == 614_400.0)
        machine.files.withLock { $0["/proc/meminfo"] = "MemTotal: 1000 kB\nMemAvailable: 900 kB\n" }
        machine.pass(.milliseconds(999))
        #expect(samples(metrics)["nv_cpu_memory_used_bytes"] == 614_400.0)
        machine.pass(.milliseconds(1))
        #expect(samples(metrics)["nv_cpu_memory_used_bytes"] == 102_400.0)
        #expect(samples(metrics)["nv_cpu_memory_total_bytes"] == 1_024_000.0)
    }

    @Test func whatASystemDoesNotTellIsLeftOut() {
        let machine = Machine()
        machine.files.withLock { $0 = [:] }
        let pool = ["nv_pinned_memory_pool_total_bytes", "nv_pinned_memory_pool_used_bytes"]
        #expect(samples(machine.metrics()).keys.sorted() == pool)
        machine.set("1 2 3 4 5 6 7 8")
        var settings = MetricsSettings()
        settings.includesCPU = false
        #expect(samples(machine.metrics(settings)).keys.sorted() == pool)
    }

    @Test(arguments: ["", "cpu", "cpu 1 2 3", "intr 1 2 3 4 5 6 7 8", "cpu a b c d e f g h", "cpu0 1 2 3 4 5 6 7 8"])
    func otherTextIsNoProcessorTimes(text: String) { #expect(CPUTimes(text) == nil) }

    @Test(arguments: [
        "", "MemTotal: 5 kB", "MemTotal: 5 kB\nMemAvailable: 6 kB", "MemTotal: x kB\nMemAvailable: 6 kB",
        "MemTotal: 18446744073709551615 kB\nMemAvailable: 6 kB",
    ])
    func otherTextIsNoMemory(text: String) { #expect(MachineMemory(text) == nil) }

    @Test func theProcessTellsOfItself() throws {
        let found = samples(ProcessMetrics(version: "1.2"))
        #expect(found[#"nereid_build_info{version="1.2"}"#] == 1)
        #expect(try #require(found["nereid_process_cpu_seconds_total"]) > 0)
        #expect(try #require(found["nereid_process_max_fds"]) > 0)
        #expect(try #require(found["nereid_process_start_time_seconds"]) > 1.7e9)
        #if os(Linux)
            #expect(try #require(found["nereid_process_resident_memory_bytes"]) > 1_000_000)
            #expect(try #require(found["nereid_process_threads"]) >= 1)
            #expect(try #require(found["nereid_process_open_fds"]) >= 3)
            #expect(try #require(found["nereid_process_open_fds"]) < 10_000)
        #endif
    }
}
