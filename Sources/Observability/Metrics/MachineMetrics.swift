public import MetricsExposition
import Synchronization

/// What Triton tells of the machine: its processors and memory as a whole, whatever a container may use of them.
///
/// Nothing runs between two looks: utilization is that of the time since the figures were last read.
public final class MachineMetrics: MetricSource {
    // Triton's names and texts.
    static let pinnedTotal = MetricDescription(
        .gauge, "nv_pinned_memory_pool_total_bytes", "Pinned memory pool total memory size, in bytes")
    static let pinnedUsed = MetricDescription(
        .gauge, "nv_pinned_memory_pool_used_bytes", "Pinned memory pool used memory size, in bytes")
    static let utilization = MetricDescription(.gauge, "nv_cpu_utilization", "CPU utilization rate [0.0 - 1.0]")
    static let memoryTotal = MetricDescription(
        .gauge, "nv_cpu_memory_total_bytes", "CPU total memory (RAM), in bytes")
    static let memoryUsed = MetricDescription(
        .gauge, "nv_cpu_memory_used_bytes", "CPU used memory (RAM), in bytes")

    private struct State {
        var readAt: ContinuousClock.Instant
        var times: CPUTimes?
        var utilization = 0.0
        var memory: MachineMemory?
    }

    private let settings: MetricsSettings
    private let read: @Sendable (_ path: String) -> String?
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    public convenience init(_ settings: MetricsSettings) {
        self.init(settings, read: { ProcFile.text($0) }, now: { .now })
    }

    /// - Parameter read: the beginning of a file.
    init(
        _ settings: MetricsSettings, read: @escaping @Sendable (_ path: String) -> String?,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.settings = settings
        self.read = read
        self.now = now
        state = Mutex(State(readAt: now(), times: read("/proc/stat").flatMap { CPUTimes($0) }))
    }

    public func collect(into families: inout MetricFamilies) {
        // There is no such pool without GPUs.
        families.add(Self.pinnedTotal, 0)
        families.add(Self.pinnedUsed, 0)
        guard settings.includesCPU else { return }
        let figures = refreshed(state.withLock { $0 })
        state.withLock { $0 = figures }
        if figures.times != nil { families.add(Self.utilization, figures.utilization) }
        if let memory = figures.memory {
            families.add(Self.memoryTotal, memory.total)
            families.add(Self.memoryUsed, memory.used)
        }
    }

    private func refreshed(_ last: State) -> State {
        let now = now()
        guard last.memory == nil || last.readAt.duration(to: now) >= settings.pollInterval else { return last }
        var figures = last
        figures.readAt = now
        figures.memory = read("/proc/meminfo").flatMap { MachineMemory($0) }
        figures.times = read("/proc/stat").flatMap { CPUTimes($0) }
        if let times = figures.times, let before = last.times {
            figures.utilization = times.utilization(since: before) ?? last.utilization
        }
        return figures
    }
}
