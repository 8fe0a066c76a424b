/// Frames written by hand, also such as no client's library would send.
struct RawFrames {
    private(set) var bytes: [UInt8] = []

    /// The connection preface and empty SETTINGS.
    static var start: RawFrames {
        var frames = RawFrames()
        frames.bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        frames.add(type: 4)
        return frames
    }

    mutating func add(type: UInt8, flags: UInt8 = 0, stream: Int32 = 0, _ payload: [UInt8] = []) {
        bytes += [
            UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 0xff), UInt8(payload.count & 0xff), type, flags,
        ]
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: stream >> (24 - 8 * $0)) }
        bytes += payload
    }

    mutating func data(_ payload: [UInt8], end: Bool = false, stream: Int32) {
        add(type: 0, flags: end ? 1 : 0, stream: stream, payload)
    }

    /// HEADERS that holds the whole block.
    mutating func headers(_ block: [UInt8] = request(), end: Bool = false, stream: Int32) {
        add(type: 1, flags: end ? 5 : 4, stream: stream, block)
    }

    mutating func reset(stream: Int32) { add(type: 3, stream: stream, [0, 0, 0, 8]) }
    mutating func ping() { add(type: 6, [0, 0, 0, 0, 0, 0, 0, 1]) }
    mutating func windowUpdate(_ increment: Int32 = 1, stream: Int32 = 0) {
        add(type: 8, stream: stream, (0..<4).map { UInt8(truncatingIfNeeded: increment >> (24 - 8 * $0)) })
    }
    mutating func priority(stream: Int32) { add(type: 2, stream: stream, [0, 0, 0, 0, 16]) }

    struct Frame: Equatable {
        let type: UInt8
        let stream: UInt32
        let payload: [UInt8]
    }

    struct GoAway: Equatable {
        let code: UInt32
        let text: String
    }

    /// What a server wrote.
    static func frames(of output: [UInt8]) -> [Frame] {
        var frames: [Frame] = []
        var rest = output[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let payload = rest.dropFirst(9).prefix(Int(number(head[..<3])))
            frames.append(Frame(type: head[3], stream: number(head[5...]), payload: Array(payload)))
            rest = rest[payload.endIndex...]
        }
        return frames
    }

    /// The GOAWAY that ends `output`; nil when its last frame is another.
    static func lastGoAway(of output: [UInt8]) -> GoAway? {
        guard let last = frames(of: output).last, last.type == 7, last.payload.count >= 8 else { return nil }
        return GoAway(
            code: number(last.payload[4..<8]), text: String(decoding: last.payload.dropFirst(8), as: UTF8.self))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    /// A block with the fields of a gRPC request and `fields`, none of them put into the table.
    static func request(_ fields: [(String, String)] = []) -> [UInt8] {
        // The static table has `:method: POST` at 3 and `:scheme: http` at 6.
        [0x83, 0x86] + literal(":path", "/a/b") + literal(":authority", "x") + fields.flatMap { literal($0.0, $0.1) }
    }

    static func literal(_ name: String, _ value: String, isIndexed: Bool = false) -> [UInt8] {
        [isIndexed ? 0x40 : 0x00] + string(name) + string(value)
    }

    private static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }
}
