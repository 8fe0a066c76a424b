/// The names that servers ask for; recognised once, when a field arrives.
package enum HTTP2FieldName: Int, Sendable, Hashable, CaseIterable {
    case method, scheme, authority, path
    case contentType, contentLength, te, userAgent
    case grpcTimeout, grpcEncoding, grpcAcceptEncoding

    /// As it stands in a request.
    package var text: StaticString {
        switch self {
        case .method: ":method"
        case .scheme: ":scheme"
        case .authority: ":authority"
        case .path: ":path"
        case .contentType: "content-type"
        case .contentLength: "content-length"
        case .te: "te"
        case .userAgent: "user-agent"
        case .grpcTimeout: "grpc-timeout"
        case .grpcEncoding: "grpc-encoding"
        case .grpcAcceptEncoding: "grpc-accept-encoding"
        }
    }

    /// The case of which `name` is the text.
    init?(_ name: UnsafeRawBufferPointer) {
        let candidates: (HTTP2FieldName, HTTP2FieldName?)
        switch name.count {
        case 2: candidates = (.te, nil)
        case 5: candidates = (.path, nil)
        case 7: candidates = (.method, .scheme)
        case 10: candidates = (.authority, .userAgent)
        case 12: candidates = (.contentType, .grpcTimeout)
        case 13: candidates = (.grpcEncoding, nil)
        case 14: candidates = (.contentLength, nil)
        case 20: candidates = (.grpcAcceptEncoding, nil)
        default: return nil
        }
        if candidates.0.matches(name) {
            self = candidates.0
        } else if let second = candidates.1, second.matches(name) {
            self = second
        } else {
            return nil
        }
    }

    private func matches(_ name: UnsafeRawBufferPointer) -> Bool {
        text.withUTF8Buffer { $0.elementsEqual(name) }
    }
}
