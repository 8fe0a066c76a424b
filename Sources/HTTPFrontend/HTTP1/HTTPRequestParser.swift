/// Turns the bytes of a connection into requests, strictly: what two servers could read in two ways is refused.
///
/// Does no I/O and keeps no time. The events do not depend on how the bytes were cut into pieces, except that a body may
/// come in more pieces. After a failure every further call returns the same failure.
struct HTTPRequestParser: Sendable {
    enum Event: Sendable {
        /// All bytes are used and the next event needs more.
        case needsMore
        case head(HTTPRequestHead)
        /// A piece of the body: a range of the input.
        case body(Range<Int>)
        /// The request is complete.
        case end
        case failure(HTTPRequestError)
    }

    private enum State {
        case head
        case fixedBody(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailers
        case complete
        case failed(HTTPRequestError)
    }

    private let maximumHeaderBytes: Int
    private let maximumHeaderCount: Int
    private var state = State.head
    private var lines: HTTPLineReader
    private var builder = HTTPRequestHeadBuilder()
    private var skippedLines = 0
    private var chunkExtensionBytes = 0
    private var trailerCount = 0

    init(maximumHeaderBytes: Int = 64 * 1024, maximumHeaderCount: Int = 200) {
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumHeaderCount = maximumHeaderCount
        lines = HTTPLineReader(limit: maximumHeaderBytes)
    }

    /// Whether no byte of a next request has been seen.
    var isBetweenRequests: Bool {
        if case .head = state { lines.isEmpty } else { false }
    }

    /// Whether an event is due that needs no further bytes.
    var hasEventWithoutInput: Bool {
        switch state {
        case .complete, .failed: true
        default: false
        }
    }

    /// The bytes that are missing of a body of known length; `nil` when no such body is being received.
    var missingBodyBytes: Int? {
        if case .fixedBody(let remaining) = state { remaining } else { nil }
    }

    /// That many of the missing bytes came by another way than `next`.
    mutating func skipBody(_ byteCount: Int) {
        guard case .fixedBody(let remaining) = state, byteCount <= remaining else {
            preconditionFailure("more bytes were skipped than are missing")
        }
        state = byteCount == remaining ? .complete : .fixedBody(remaining: remaining - byteCount)
    }

    /// Takes the next event from `input`, starting at `offset`, which moves past what was used.
    mutating func next(_ input: UnsafeRawBufferPointer, at offset: inout Int) -> Event {
        do {
            switch state {
            case .head: return try nextOfHead(input, &offset)
            case .fixedBody(let remaining):
                guard let piece = takePiece(of: remaining, input, &offset) else { return .needsMore }
                let rest = remaining - piece.count
                state = rest == 0 ? .complete : .fixedBody(remaining: rest)
                return .body(piece)
            case .chunkSize, .chunkData, .chunkEnd, .trailers: return try nextOfChunkedBody(input, &offset)
            case .complete:
                state = .head
                return .end
            case .failed(let error): return .failure(error)
            }
        } catch {
            state = .failed(error)
            return .failure(error)
        }
    }

    private func takePiece(of wanted: Int, _ input: UnsafeRawBufferPointer, _ offset: inout Int) -> Range<Int>? {
        let count = min(wanted, input.count - offset)
        guard count > 0 else { return nil }
        defer { offset += count }
        return offset..<(offset + count)
    }

    private mutating func nextOfHead(
        _ input: UnsafeRawBufferPointer, _ offset: inout Int
    ) throws(HTTPRequestError) -> Event {
        while true {
            if lines.isEmpty, offset < input.count, !builder.hasRequestLine {
                try refuseIfNotHTTP(firstByte: input[offset])
            }
            guard let line = try lines.next(input, &offset, tooLong: .headerFieldsTooLarge) else { return .needsMore }
            if !builder.hasRequestLine {
                if line.isEmpty {
                    // A client may end a body with a line break that is not part of it.
                    skippedLines += 1
                    guard skippedLines <= 4 else { throw HTTPRequestError(.badRequest, "empty lines before a request") }
                    lines.removeAll()
                    continue
                }
                try builder.addRequestLine(line, in: lines.storage)
            } else if line.isEmpty {
                return .head(try finishHead())
            } else {
                guard builder.fieldCount < maximumHeaderCount else {
                    throw HTTPRequestError(
                        .headerFieldsTooLarge, "the request has more than \(maximumHeaderCount) header fields")
                }
                try builder.addField(line, in: lines.storage)
            }
        }
    }

    private func refuseIfNotHTTP(firstByte: UInt8) throws(HTTPRequestError) {
        guard !firstByte.isTokenCharacter, firstByte != UInt8(ascii: "\r") else { return }
        let hint = firstByte == 0x16 ? "; this looks like TLS, and this port speaks plain HTTP" : ""
        throw HTTPRequestError(.badRequest, "a request must start with a method" + hint)
    }

    private mutating func finishHead() throws(HTTPRequestError) -> HTTPRequestHead {
        let head = try builder.finish(storage: lines.takeStorage())
        builder = HTTPRequestHeadBuilder()
        skippedLines = 0
        switch head.framing {
        case .none, .length(0): state = .complete
        case .length(let count): state = .fixedBody(remaining: count)
        case .chunked:
            state = .chunkSize
            chunkExtensionBytes = 0
            trailerCount = 0
        }
        return head
    }

    private mutating func nextOfChunkedBody(
        _ input: UnsafeRawBufferPointer, _ offset: inout Int
    ) throws(HTTPRequestError) -> Event {
        while true {
            switch state {
            case .chunkSize:
                guard let line = try lines.next(input, &offset, tooLong: .badRequest) else { return .needsMore }
                let size = try parseChunkSize(lines.storage[line])
                lines.removeAll()
                state = size == 0 ? .trailers : .chunkData(remaining: size)
            case .chunkData(let remaining):
                guard let piece = takePiece(of: remaining, input, &offset) else { return .needsMore }
                let rest = remaining - piece.count
                state = rest == 0 ? .chunkEnd : .chunkData(remaining: rest)
                return .body(piece)
            case .chunkEnd:
                guard let line = try lines.next(input, &offset, tooLong: .badRequest) else { return .needsMore }
                guard line.isEmpty else {
                    throw HTTPRequestError(.badRequest, "a chunk is longer than its size says")
                }
                lines.removeAll()
                state = .chunkSize
            case .trailers:
                guard let line = try lines.next(input, &offset, tooLong: .headerFieldsTooLarge) else {
                    return .needsMore
                }
                if line.isEmpty {
                    lines.removeAll()
                    state = .head
                    return .end
                }
                trailerCount += 1
                guard trailerCount <= maximumHeaderCount else {
                    throw HTTPRequestError(
                        .headerFieldsTooLarge, "the request has more than \(maximumHeaderCount) trailer fields")
                }
                let name = lines.storage[try HTTPRequestHeadBuilder.parseField(line, in: lines.storage).name]
                guard !name.equalsIgnoringCase("content-length"), !name.equalsIgnoringCase("transfer-encoding") else {
                    throw HTTPRequestError(.badRequest, "the length of a body is given behind it")
                }
            case .head, .fixedBody, .complete, .failed:
                preconditionFailure("not in a chunked body")
            }
        }
    }

    /// `1*HEXDIG *( ";" name [ "=" value ] )`; extensions mean nothing here and are skipped.
    private mutating func parseChunkSize(_ line: ArraySlice<UInt8>) throws(HTTPRequestError) -> Int {
        var size = 0
        var digits = 0
        var index = line.startIndex
        while index < line.endIndex, let digit = line[index].hexDigitValue {
            digits += 1
            guard digits <= 15 else { throw HTTPRequestError(.badRequest, "a chunk size has more than 15 digits") }
            size = size << 4 | digit
            index += 1
        }
        let rest = line[index...]
        guard digits > 0, rest.isEmpty || rest.first == UInt8(ascii: ";"), Self.areExtensions(rest) else {
            throw HTTPRequestError(.badRequest, "malformed chunk size")
        }
        chunkExtensionBytes += rest.count
        guard chunkExtensionBytes <= maximumHeaderBytes else {
            throw HTTPRequestError(.badRequest, "chunk extensions are longer than \(maximumHeaderBytes) bytes")
        }
        return size
    }

    /// Tokens and quoted strings without blanks between them.
    private static func areExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
        var isQuoted = false
        for byte in bytes {
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if isQuoted
                ? !byte.isFieldValueByte
                : !byte.isTokenCharacter && byte != UInt8(ascii: ";")
                    && byte != UInt8(ascii: "=")
            {
                return false
            }
        }
        return !isQuoted
    }
}
