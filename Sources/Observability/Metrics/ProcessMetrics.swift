public import MetricsExposition

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the server's process takes of the machine. What a system does not tell is left out.
public struct ProcessMetrics: MetricSource {
    static let build = MetricDescription(.gauge, "nereid_build_info", "1; the labels say which server this is")
    static let residentMemory = MetricDescription(
        .gauge, "nereid_process_resident_memory_bytes", "Resident memory of the process, in bytes")
    static let cpuSeconds = MetricDescription(
        .counter, "nereid_process_cpu_seconds_total", "Processor time of the process, in seconds")
    static let threads = MetricDescription(.gauge, "nereid_process_threads", "Number of threads of the process")
    static let openFiles = MetricDescription(
        .gauge, "nereid_process_open_fds", "Number of file descriptors that the process has open")
    static let maximumFiles = MetricDescription(
        .gauge, "nereid_process_max_fds", "Number of file descriptors that the process may have open")
    static let startTime = MetricDescription(
        .gauge, "nereid_process_start_time_seconds", "When the server was started, in seconds since the epoch")

    private let version: String
    private let startedAt: Int

    public init(version: String) {
        self.version = version
        startedAt = time(nil)
    }

    public func collect(into families: inout MetricFamilies) {
        families.add(Self.build, 1, ["version": version])
        if let pages = Self.residentPages() {
            families.add(Self.residentMemory, pages * UInt64(sysconf(Int32(_SC_PAGESIZE))))
        }
        var usage = rusage()
        if getrusage(Self.own, &usage) == 0 {
            families.add(Self.cpuSeconds, Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime))
        }
        if let count = ProcFile.entryCount("/proc/self/task") { families.add(Self.threads, count) }
        // Without the one that reads the directory.
        if let count = ProcFile.entryCount("/proc/self/fd") { families.add(Self.openFiles, max(0, count - 1)) }
        var limit = rlimit()
        if getrlimit(Self.files, &limit) == 0 { families.add(Self.maximumFiles, limit.rlim_cur) }
        families.add(Self.startTime, startedAt)
    }

    private static func residentPages() -> UInt64? {
        let fields = ProcFile.text("/proc/self/statm")?.split(separator: " ") ?? []
        return fields.count > 1 ? UInt64(fields[1]) : nil
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }

    #if os(Linux)
        private static let own = __rusage_who_t(RUSAGE_SELF.rawValue)
        private static let files = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
    #else
        private static let own = RUSAGE_SELF
        private static let files = RLIMIT_NOFILE
    #endif
}
