/// Gathers what the lines of a head say and checks that they agree.
struct HTTPRequestHeadBuilder: Sendable {
    private struct RequestLine {
        var method: HTTPRequestHead.Method
        var path: Range<Int>
        var minorVersion: Int
    }

    private var requestLine: RequestLine?
    private var fields: [HTTPHeaderFields.Field] = []
    private var contentLength: Int?
    private var isChunked = false
    private var hasHost = false
    private var closes = false
    private var keepsAlive = false
    private var expectsContinue = false

    var hasRequestLine: Bool { requestLine != nil }
    var fieldCount: Int { fields.count }

    /// `method SP target SP HTTP/1.x`, with single spaces.
    mutating func addRequestLine(_ line: Range<Int>, in storage: [UInt8]) throws(HTTPRequestError) {
        fields.reserveCapacity(12)
        let bytes = storage[line]
        guard let methodEnd = bytes.firstIndex(of: UInt8(ascii: " ")), methodEnd > line.lowerBound,
            bytes[..<methodEnd].allSatisfy(\.isTokenCharacter)
        else { throw HTTPRequestError(.badRequest, "malformed request line: no method") }
        let afterMethod = bytes[(methodEnd + 1)...]
        guard let targetEnd = afterMethod.firstIndex(of: UInt8(ascii: " ")), targetEnd > methodEnd + 1 else {
            throw HTTPRequestError(.badRequest, "malformed request line: expected a target and an HTTP version")
        }
        let target = bytes[(methodEnd + 1)..<targetEnd]
        guard target.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw HTTPRequestError(.badRequest, "malformed request line: control character in the target")
        }
        requestLine = RequestLine(
            method: Self.method(bytes[..<methodEnd]), path: Self.path(of: target),
            minorVersion: try Self.minorVersion(bytes[(targetEnd + 1)...]))
    }

    mutating func addField(_ line: Range<Int>, in storage: [UInt8]) throws(HTTPRequestError) {
        let field = try Self.parseField(line, in: storage)
        fields.append(field)
        let value = storage[field.value]
        let name = storage[field.name]
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            guard !hasHost else { throw HTTPRequestError(.badRequest, "the header Host is given twice") }
            hasHost = true
        case 6 where name.equalsIgnoringCase("expect"):
            guard value.equalsIgnoringCase("100-continue") else {
                throw HTTPRequestError(.expectationFailed, "the only expectation that can be met is 100-continue")
            }
            expectsContinue = true
        case 10 where name.equalsIgnoringCase("connection"):
            for option in value.split(separator: UInt8(ascii: ",")) {
                let option = option.trimmingBlanks()
                if option.equalsIgnoringCase("close") { closes = true }
                if option.equalsIgnoringCase("keep-alive") { keepsAlive = true }
            }
        case 14 where name.equalsIgnoringCase("content-length"):
            guard contentLength == nil else {
                throw HTTPRequestError(.badRequest, "the header Content-Length is given twice")
            }
            contentLength = try Self.parseLength(value)
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            guard !isChunked else {
                throw HTTPRequestError(.badRequest, "the header Transfer-Encoding is given twice")
            }
            guard value.equalsIgnoringCase("chunked") else {
                throw HTTPRequestError(.notImplemented, "the only Transfer-Encoding understood is chunked")
            }
            isChunked = true
        default: break
        }
    }

    /// The head of all lines added, which lie in `storage`.
    func finish(storage: [UInt8]) throws(HTTPRequestError) -> HTTPRequestHead {
        guard let requestLine else { throw HTTPRequestError(.badRequest, "no request line") }
        if isChunked {
            guard contentLength == nil else {
                throw HTTPRequestError(.badRequest, "both Content-Length and Transfer-Encoding are given")
            }
            guard requestLine.minorVersion >= 1 else {
                throw HTTPRequestError(.badRequest, "Transfer-Encoding is not part of HTTP/1.0")
            }
        }
        let isPersistent = requestLine.minorVersion >= 1 || keepsAlive
        return HTTPRequestHead(
            method: requestLine.method, minorVersion: requestLine.minorVersion, pathRange: requestLine.path,
            fields: HTTPHeaderFields(storage: storage, fields: fields),
            framing: isChunked ? .chunked : contentLength.map { .length($0) } ?? .none,
            keepsAlive: isPersistent && !closes,
            expectsContinue: expectsContinue && requestLine.minorVersion >= 1)
    }

    /// `name ":" OWS value OWS`.
    static func parseField(_ line: Range<Int>, in storage: [UInt8]) throws(HTTPRequestError) -> HTTPHeaderFields.Field {
        let bytes = storage[line]
        if let first = bytes.first, first.isBlank {
            throw HTTPRequestError(.badRequest, "a header field is folded over several lines")
        }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > line.lowerBound else {
            throw HTTPRequestError(.badRequest, "a header field has no name")
        }
        guard bytes[..<colon].allSatisfy(\.isTokenCharacter) else {
            throw HTTPRequestError(
                .badRequest, "the name of a header field holds a character that is not allowed there, such as a space")
        }
        let value = bytes[(colon + 1)...].trimmingBlanks()
        guard value.allSatisfy(\.isFieldValueByte) else {
            throw HTTPRequestError(.badRequest, "the value of a header field holds a control character")
        }
        return HTTPHeaderFields.Field(name: line.lowerBound..<colon, value: value.indices)
    }

    private static func method(_ bytes: ArraySlice<UInt8>) -> HTTPRequestHead.Method {
        if bytes.elementsEqual("GET".utf8) { return .get }
        if bytes.elementsEqual("POST".utf8) { return .post }
        if bytes.elementsEqual("HEAD".utf8) { return .head }
        return .other
    }

    /// The path of `/path?query` and of `http://host/path?query`.
    private static func path(of target: ArraySlice<UInt8>) -> Range<Int> {
        var path = target
        if path.first != UInt8(ascii: "/"),
            let scheme = path.firstIndex(of: UInt8(ascii: ":")), path[scheme...].starts(with: "://".utf8)
        {
            let authority = path[(scheme + 3)...]
            path = authority[(authority.firstIndex(of: UInt8(ascii: "/")) ?? authority.endIndex)...]
        }
        return path[..<(path.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? path.endIndex)]
            .indices
    }

    private static func minorVersion(_ bytes: ArraySlice<UInt8>) throws(HTTPRequestError) -> Int {
        let digits = bytes.dropFirst(5)
        guard bytes.starts(with: "HTTP/".utf8), digits.count == 3, let major = digits.first, let minor = digits.last,
            major.isDigit, minor.isDigit, digits[digits.startIndex + 1] == UInt8(ascii: ".")
        else { throw HTTPRequestError(.badRequest, "malformed request line: expected HTTP/1.1 at its end") }
        guard major == UInt8(ascii: "1") else {
            throw HTTPRequestError(.versionNotSupported, "this server speaks HTTP/1.1 and HTTP/1.0")
        }
        return minor == UInt8(ascii: "0") ? 0 : 1
    }

    private static func parseLength(_ value: ArraySlice<UInt8>) throws(HTTPRequestError) -> Int {
        guard !value.isEmpty, value.allSatisfy(\.isDigit) else {
            throw HTTPRequestError(.badRequest, "Content-Length is not a number")
        }
        var length = 0
        for byte in value {
            let (tens, overflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else {
                throw HTTPRequestError(.payloadTooLarge, "Content-Length is larger than any body can be")
            }
            length = sum
        }
        return length
    }
}
