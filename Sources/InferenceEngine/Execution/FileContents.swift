import InferenceTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads small files that belong to a model.
enum FileContents {
    /// The whole file; the error says in Triton's words which file and why.
    ///
    /// - Parameter limit: the most bytes that the file may have.
    static func read(_ path: String, limit: Int) throws(ServingError) -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw ServingError(
                .internal, "failed to open text file for read \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard content.count + count <= limit else {
                throw ServingError(.invalidArgument, "file \(path) is larger than the limit of \(limit) bytes")
            }
            content.append(contentsOf: chunk[..<count])
            if count < chunk.count { break }
        }
        guard ferror(file) == 0 else {
            throw ServingError(.internal, "failed to read file \(path): \(String(cString: strerror(errno)))")
        }
        return content
    }
}
