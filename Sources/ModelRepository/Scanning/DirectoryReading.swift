import InferenceTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads directories and small files with the C library, which tells why something could not be read.
enum DirectoryReading {
    /// The names in a directory, sorted, without `.` and `..`.
    static func names(in path: String) throws(ServingError) -> [String] {
        guard let directory = opendir(path) else { throw failure("read the directory", path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The whole file.
    static func bytes(of path: String, limit: Int) throws(ServingError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else {
                throw ServingError(.invalidArgument, "\(path) is larger than the limit of \(limit) bytes")
            }
        }
        return bytes
    }

    private static func failure(_ action: String, _ path: String) -> ServingError {
        ServingError(.internal, "failed to \(action) \(path): \(String(cString: strerror(errno)))")
    }
}
