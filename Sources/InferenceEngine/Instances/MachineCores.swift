#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many processor cores this process may use: the smallest of what the machine has, what the process is bound to,
/// and what its control group allows.
public enum MachineCores {
    /// At least 1.
    public static func available() -> Int {
        let bound = boundCores()
        guard let quota = ControlGroupQuota.cores(read: readSmallFile) else { return bound }
        return max(1, min(bound, Int(quota.rounded(.up))))
    }

    private static func boundCores() -> Int {
        let online = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        guard let status = readSmallFile("/proc/self/status") else { return online }
        return allowedCores(processStatus: status) ?? online
    }

    /// The cores that the process is bound to, from the line `Cpus_allowed_list: 0-3,8` of Linux's /proc/self/status.
    static func allowedCores(processStatus: String) -> Int? {
        let label = "Cpus_allowed_list:"
        guard let line = processStatus.split(separator: "\n").first(where: { $0.hasPrefix(label) }) else { return nil }
        var count = 0
        for range in line.dropFirst(label.count).split(separator: ",") {
            let bounds = range.split(separator: "-").map { Int($0.filter(\.isNumber)) ?? -1 }
            guard let first = bounds.first, let last = bounds.last, first >= 0, last >= first else { return nil }
            count += last - first + 1
        }
        return count > 0 ? count : nil
    }

    private static func readSmallFile(_ path: String) -> String? {
        guard let bytes = try? FileContents.read(path, limit: 1 << 20) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The processor time that Linux control groups allow, in cores.
enum ControlGroupQuota {
    /// The tightest quota on the way from this process's group to the root, or `nil` if there is none.
    ///
    /// - Parameter read: the content of a file, or `nil` if there is no such file.
    static func cores(read: (String) -> String?) -> Double? {
        guard let groups = read("/proc/self/cgroup") else { return nil }
        var quotas: [Double] = []
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let controllers = fields[1].split(separator: ",")
            for group in ancestors(of: String(fields[2])) {
                if fields[1].isEmpty {
                    quotas.append(contentsOf: unified(read("/sys/fs/cgroup\(group)/cpu.max")))
                } else if controllers.contains("cpu") {
                    for mount in ["cpu,cpuacct", "cpu"] {
                        let folder = "/sys/fs/cgroup/\(mount)\(group)"
                        quotas.append(
                            contentsOf: legacy(
                                quota: read("\(folder)/cpu.cfs_quota_us"), period: read("\(folder)/cpu.cfs_period_us")))
                    }
                }
            }
        }
        return quotas.min()
    }

    // In a container the group's path may be the host's, of which only the root is mounted: so every ancestor is tried.
    private static func ancestors(of path: String) -> [String] {
        var result = [""]
        var current = ""
        for part in path.split(separator: "/") where part != ".." {
            current += "/" + part
            result.append(current)
        }
        return result
    }

    private static func unified(_ content: String?) -> [Double] {
        let fields = (content ?? "").split(whereSeparator: \.isWhitespace)
        guard fields.count == 2 else { return [] }
        return legacy(quota: String(fields[0]), period: String(fields[1]))
    }

    private static func legacy(quota: String?, period: String?) -> [Double] {
        func number(_ text: String?) -> Double? {
            text.flatMap { $0.split(whereSeparator: \.isWhitespace).first }.flatMap { Double($0) }
        }
        guard let quota = number(quota), let period = number(period), quota > 0, period > 0 else { return [] }
        return [quota / period]
    }
}
