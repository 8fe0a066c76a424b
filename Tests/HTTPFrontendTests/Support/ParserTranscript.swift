@testable import HTTPFrontend

/// What a parser makes of a byte stream, with the pieces of each body joined, so that two cuts can be compared.
struct ParserTranscript: Hashable, CustomStringConvertible {
    enum Entry: Hashable {
        case request(String)
        case body([UInt8])
        case end
        case failure(HTTPRequestError)
    }

    private(set) var entries: [Entry] = []
    private(set) var endsInMidst = false

    /// Feeds the pieces one after the other until they or the requests end.
    init(_ pieces: [[UInt8]], maximumHeaderBytes: Int = 64 * 1024, maximumHeaderCount: Int = 200) {
        var parser = HTTPRequestParser(
            maximumHeaderBytes: maximumHeaderBytes, maximumHeaderCount: maximumHeaderCount)
        for piece in pieces {
            guard feed(piece, &parser) else { return }
        }
        _ = feed([], &parser)
        endsInMidst = !parser.isBetweenRequests
    }

    init(_ text: String, maximumHeaderBytes: Int = 64 * 1024, maximumHeaderCount: Int = 200) {
        self.init([Array(text.utf8)], maximumHeaderBytes: maximumHeaderBytes, maximumHeaderCount: maximumHeaderCount)
    }

    var failure: HTTPRequestError? {
        if case .failure(let error)? = entries.last { error } else { nil }
    }

    var description: String {
        entries.map { entry in
            switch entry {
            case .request(let text): text
            case .body(let bytes): "body \(String(decoding: bytes, as: UTF8.self))"
            case .end: "end"
            case .failure(let error): "failure \(error.status.rawValue) \(error.message)"
            }
        }.joined(separator: " | ") + (endsInMidst ? " | ..." : "")
    }

    private mutating func feed(_ piece: [UInt8], _ parser: inout HTTPRequestParser) -> Bool {
        piece.withUnsafeBytes { input in
            var offset = 0
            while true {
                let before = offset
                let event = parser.next(input, at: &offset)
                precondition(offset >= before && offset <= input.count)
                switch event {
                case .needsMore:
                    precondition(offset == input.count, "the parser wants more and has not used what it got")
                    return true
                case .head(let head): entries.append(.request(Self.describe(head)))
                case .body(let range):
                    precondition(!range.isEmpty)
                    appendBody(piece[range])
                case .end: entries.append(.end)
                case .failure(let error):
                    entries.append(.failure(error))
                    return false
                }
            }
        }
    }

    private mutating func appendBody(_ piece: ArraySlice<UInt8>) {
        guard case .body(var bytes)? = entries.last else { return entries.append(.body(Array(piece))) }
        // What is taken out first is not copied for each piece.
        entries.removeLast()
        bytes += piece
        entries.append(.body(bytes))
    }

    private static func describe(_ head: HTTPRequestHead) -> String {
        let fields = head.fields.fields.map { field in
            let name = String(decoding: head.fields.storage[field.name], as: UTF8.self)
            return name + "=" + String(decoding: head.fields.storage[field.value], as: UTF8.self)
        }
        let flags = (head.keepsAlive ? " alive" : "") + (head.expectsContinue ? " expects" : "")
        let path = String(decoding: head.path, as: UTF8.self)
        return "\(head.method) \(path) 1.\(head.minorVersion) \(fields) \(head.framing)\(flags)"
    }
}
