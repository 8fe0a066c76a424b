import HTTP2Codec
import ServerTransport
import ServingProtocol

/// What the header fields of a request say.
enum GRPCRequestHead {
    case call(GRPCCallHead)
    /// A call that ends at once.
    case refused(GRPCStatus)
    /// Not a request of gRPC: the answer's header fields.
    case notGRPC(HTTP2FieldList)

    init(_ block: HTTP2HeaderBlock, methods: GRPCMethodTable, restrictedAPIs: RestrictedAPIs) {
        guard !block.exceedsLimits else {
            self = .refused(
                GRPCStatus(.resourceExhausted, "the metadata of the call has more bytes or fields than allowed"))
            return
        }
        if let refusal = Self.refusal(block) {
            self = .notGRPC(refusal)
            return
        }
        guard block.value(of: .te).map({ $0.elementsEqual("trailers".utf8) }) == true else {
            self = .refused(GRPCStatus(.unknown, "Missing or bad te header: expected 'trailers'"))
            return
        }
        let path = block.value(of: .path) ?? UnsafeRawBufferPointer(start: nil, count: 0)
        guard let method = methods[path] else {
            self = .refused(methods.unimplemented(path))
            return
        }
        if let category = method.category,
            let key = restrictedAPIs.refusedKey(category, value: { Self.metadata($0, in: block) })
        {
            self = .refused(GRPCStatus(RestrictedAPIs.grpcError(key: key)))
            return
        }
        var head = GRPCCallHead(method: method)
        if let text = block.value(of: .grpcTimeout) {
            guard let timeout = GRPCTimeout.nanoseconds(text) else {
                let shown = String(decoding: text.prefix(32), as: UTF8.self)
                self = .refused(GRPCStatus(.internal, "malformed grpc-timeout '\(shown)'"))
                return
            }
            head.timeoutNanoseconds = timeout
        }
        if let text = block.value(of: .grpcEncoding), !text.elementsEqual("identity".utf8) {
            let name = String(decoding: text.prefix(64), as: UTF8.self)
            guard let coding = ContentCoding(rawValue: name) else {
                self = .refused(
                    GRPCStatus(
                        .unimplemented,
                        "compression '\(name)' is not supported; supported are \(GRPCResponseFields.acceptedEncodings)"
                    ))
                return
            }
            head.coding = coding
        }
        if let text = block.value(of: .grpcAcceptEncoding) {
            head.acceptsGzip = Self.list(text, contains: "gzip")
            head.acceptsDeflate = Self.list(text, contains: "deflate")
        }
        self = .call(head)
    }

    /// The value of the first field of that name, whose letters HTTP/2 sends in lower case.
    private static func metadata(_ name: String, in block: HTTP2HeaderBlock) -> UnsafeRawBufferPointer? {
        let name = Array(name.lowercased().utf8)
        for index in 0..<block.count where block[index].name.elementsEqual(name) { return block[index].value }
        return nil
    }

    private static func refusal(_ block: HTTP2HeaderBlock) -> HTTP2FieldList? {
        guard block.value(of: .method).map({ $0.elementsEqual("POST".utf8) }) == true else {
            return GRPCResponseFields.http(
                status: "405", allow: "POST", message: "gRPC calls use the method POST")
        }
        guard let type = block.value(of: .contentType), isGRPC(type) else {
            return GRPCResponseFields.http(
                status: "415", message: "this port serves gRPC: the content-type must be application/grpc")
        }
        return nil
    }

    /// `application/grpc`, alone or with `+proto` and parameters.
    private static func isGRPC(_ type: UnsafeRawBufferPointer) -> Bool {
        let name = "application/grpc".utf8
        guard type.count >= name.count, type.prefix(name.count).elementsEqual(name) else { return false }
        let rest = type.dropFirst(name.count)
        guard let next = rest.first else { return true }
        if next == UInt8(ascii: ";") { return true }
        let proto = "+proto".utf8
        guard rest.starts(with: proto) else { return false }
        let following = rest.dropFirst(proto.count).first
        return following == nil || following == UInt8(ascii: ";")
    }

    /// Whether a list of names, with commas and spaces between, has `name`.
    private static func list(_ text: UnsafeRawBufferPointer, contains name: StaticString) -> Bool {
        name.withUTF8Buffer { name in
            var rest = text[...]
            while !rest.isEmpty {
                let word = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }
                if word.elementsEqual(name) { return true }
                rest = rest[word.endIndex...].dropFirst()
            }
            return false
        }
    }
}

/// A call as its header fields describe it.
struct GRPCCallHead {
    let method: GRPCMethod
    var timeoutNanoseconds: Int64?
    /// Of the client's messages.
    var coding = ContentCoding.identity
    var acceptsGzip = false
    var acceptsDeflate = false

    init(method: GRPCMethod) { self.method = method }
}
