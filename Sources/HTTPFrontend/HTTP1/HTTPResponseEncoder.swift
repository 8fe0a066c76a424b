/// Writes the head of a response.
struct HTTPResponseEncoder: Sendable {
    /// What the response depends on in its request.
    struct Context: Sendable, Hashable {
        /// The x of HTTP/1.x.
        var minorVersion = 1
        /// The response to HEAD has no body.
        var isHead = false
        /// Whether the connection stays open afterwards.
        var keepsAlive = true
    }

    static let continueLine: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"

    /// The status line and the header fields, up to the empty line.
    static func head(of response: HTTPResponse, _ context: Context) -> [UInt8] {
        var bytes: [UInt8] = []
        appendHead(of: response, context, to: &bytes)
        return bytes
    }

    static func appendHead(of response: HTTPResponse, _ context: Context, to bytes: inout [UInt8]) {
        bytes.append(context.minorVersion == 0 ? "HTTP/1.0 " : "HTTP/1.1 ")
        bytes.append(decimal: response.status.rawValue)
        bytes.append(UInt8(ascii: " "))
        bytes.append(response.status.reason)
        bytes.append("\r\nContent-Type: ")
        bytes.append(response.contentType.name)
        if let length = response.inferenceHeaderLength {
            bytes.append("\r\nInference-Header-Content-Length: ")
            bytes.append(decimal: length)
        }
        for field in response.fields {
            bytes.append("\r\n")
            bytes.append(contentsOf: field.name.utf8)
            bytes.append(": ")
            // A line break would end the field and let its text become fields of its own.
            bytes.append(contentsOf: field.value.utf8.lazy.map { $0.isFieldValueByte ? $0 : UInt8(ascii: " ") })
        }
        if !response.isStreamed {
            bytes.append("\r\nContent-Length: ")
            bytes.append(decimal: response.contentLength)
        } else if context.minorVersion > 0 {
            bytes.append("\r\nTransfer-Encoding: chunked")
        }
        switch (context.keepsAlive, context.minorVersion) {
        case (true, 0): bytes.append("\r\nConnection: keep-alive")
        case (true, _): break
        case (false, _): bytes.append("\r\nConnection: close")
        }
        bytes.append("\r\n\r\n")
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    fileprivate mutating func append(decimal number: Int) {
        append(contentsOf: String(number).utf8)
    }
}
