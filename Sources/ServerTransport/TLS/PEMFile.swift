#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A file of certificates or a key, as it was at one moment.
struct PEMFile {
    let bytes: [UInt8]
    let stamp: FileStamp

    private static let byteLimit = 1 << 20

    /// - Parameter role: what the file is for, as errors name it: "certificate file".
    init(path: String, role: String) throws(TLSConfigurationError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw TLSConfigurationError("the \(role) '\(path)' cannot be opened: \(Self.lastProblem)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw TLSConfigurationError("the \(role) '\(path)' is not a regular file")
        }
        stamp = FileStamp(status)
        bytes = try Self.read(descriptor, "the \(role) '\(path)'")
    }

    private static func read(_ descriptor: Int32, _ file: String) throws(TLSConfigurationError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16384)
        while true {
            #if canImport(Darwin)
                let count = Darwin.read(descriptor, &piece, piece.count)
            #elseif canImport(Musl)
                let count = Musl.read(descriptor, &piece, piece.count)
            #else
                let count = Glibc.read(descriptor, &piece, piece.count)
            #endif
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw TLSConfigurationError("\(file) cannot be read: \(lastProblem)") }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= byteLimit else {
                throw TLSConfigurationError("\(file) has more than \(byteLimit) bytes; is it the right file?")
            }
        }
    }

    private static var lastProblem: String { String(cString: strerror(errno)) }
}
