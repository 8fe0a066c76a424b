/// The names that servers ask for; recognised once, when a field arrives.
package enum HTTP2FieldName: UInt8, Sendable, Hashable, CaseIterable {
    case method, scheme, authority, path
    case contentType, contentLength, te, userAgent
    case grpcTimeout, grpcEncoding, grpcAcceptEncoding
}
