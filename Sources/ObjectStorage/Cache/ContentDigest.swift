import Crypto

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The hashes of a content: SHA-256, by which the cache names it, and MD5, by which stores do.
struct ContentDigest {
    private var sha256 = SHA256()
    private var md5 = Insecure.MD5()
    private(set) var size: Int64 = 0

    mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { bytes in
            sha256.update(bufferPointer: bytes)
            md5.update(bufferPointer: bytes)
        }
        size += Int64(bytes.count)
    }

    /// In lower-case hexadecimal.
    var sha256Text: String { SignatureV4.hexadecimal(sha256.finalize()) }
    var md5Text: String { SignatureV4.hexadecimal(md5.finalize()) }

    /// Reads a file to its end, and gives its bytes to `copy` too.
    mutating func update(
        contentsOf path: String, copy: (ArraySlice<UInt8>) throws(StoreError) -> Void = { _ in }
    ) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CacheFile.failure("open", path) }
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw CacheFile.failure("read", path) }
            guard count > 0 else { break }
            update(chunk[..<count])
            try copy(chunk[..<count])
        }
    }
}
