#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The memory of this process that lies in RAM.
public enum ResidentMemory {
    /// Bytes at this moment; `nil` where the system does not tell (Linux does).
    public static func byteSize() -> UInt64? {
        // The second number of statm is the resident pages.
        guard let content = try? FileContents.read("/proc/self/statm", limit: 4096),
            let field = String(decoding: content, as: UTF8.self).split(separator: " ").dropFirst().first,
            let pages = UInt64(field)
        else { return nil }
        let (bytes, overflow) = pages.multipliedReportingOverflow(by: UInt64(sysconf(Int32(_SC_PAGESIZE))))
        return overflow ? nil : bytes
    }
}
