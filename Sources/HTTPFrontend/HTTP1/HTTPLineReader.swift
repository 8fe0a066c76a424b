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
        let rest = input[offset...]
        let lineFeed = rest.firstIndex(of: UInt8(ascii: "\n"))
        let end = lineFeed.map { $0 + 1 } ?? input.endIndex
        guard storage.count + (end - offset) <= limit else {
            throw HTTPRequestError(status, "the header fields are longer than \(limit) bytes")
        }
        if storage.isEmpty { storage.reserveCapacity(min(limit, max(512, rest.count))) }
        storage.append(contentsOf: input[offset..<end])
        offset = end
        guard lineFeed != nil else { return nil }
        let lineEnd = storage.count - 2
        guard lineEnd >= lineStart, storage[lineEnd] == UInt8(ascii: "\r") else {
            throw HTTPRequestError(.badRequest, "a line ends with a bare LF; lines must end with CR LF")
        }
        defer { lineStart = storage.count }
        return lineStart..<lineEnd
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
