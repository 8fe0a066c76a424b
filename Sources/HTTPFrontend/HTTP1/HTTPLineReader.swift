#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Collects lines that end with CR LF, however the input is cut.
struct HTTPLineReader: Sendable {
    /// All lines since the last `removeAll` or `takeStorage`, line ends included.
    private(set) var storage: [UInt8] = []
    private var lineStart = 0
    private let limit: Int

    /// `limit`: bytes of all lines together.
    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { storage.isEmpty }

    /// Where the next line lies in `storage`, without its end; `nil` when all input is used and the line is not complete.
    mutating func next(
        _ input: UnsafeRawBufferPointer, _ offset: inout Int, tooLong status: HTTPStatus
    ) throws(HTTPRequestError) -> Range<Int>? {
        let rest = UnsafeRawBufferPointer(rebasing: input[offset...])
        let lineFeed = Self.firstLineFeed(rest)
        let end = lineFeed.map { offset + $0 + 1 } ?? input.endIndex
        guard storage.count + (end - offset) <= limit else {
            throw HTTPRequestError(status, "the header fields are longer than \(limit) bytes")
        }
        if storage.isEmpty { storage.reserveCapacity(min(limit, max(512, min(rest.count, 2048)))) }
        storage.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[offset..<end]))
        offset = end
        guard lineFeed != nil else { return nil }
        let lineEnd = storage.count - 2
        guard lineEnd >= lineStart, storage[lineEnd] == UInt8(ascii: "\r") else {
            throw HTTPRequestError(.badRequest, "a line ends with a bare LF; lines must end with CR LF")
        }
        defer { lineStart = storage.count }
        return lineStart..<lineEnd
    }

    private static func firstLineFeed(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress, let found = memchr(start, Int32(UInt8(ascii: "\n")), bytes.count) else {
            return nil
        }
        return start.distance(to: UnsafeRawPointer(found))
    }

    mutating func removeAll() {
        storage.removeAll(keepingCapacity: true)
        lineStart = 0
    }

    /// Hands the lines over and starts anew.
    mutating func takeStorage() -> [UInt8] {
        defer {
            storage = []
            lineStart = 0
        }
        return storage
    }
}
