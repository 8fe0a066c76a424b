/// The fields of a message as far as random bytes of it need them.
struct WireMessage: Sendable {
    enum Kind: Sendable {
        case text([String])
        case data
        /// Singular.
        case varint
        /// Repeated, packed or not.
        case varints, fixed32s, fixed64s
        case fixed64
        case message(WireMessage)
    }

    var fields: [(number: UInt32, kind: Kind)]
    /// Whether this is an entry of a map.
    var isMap = false

    private static let names = ["", "INPUT0", "a", "größe", "a name that does not fit in fifteen bytes"]

    private static let tensorParameters = [
        "shared_memory_region", "shared_memory_offset", "shared_memory_byte_size", "classification",
    ]

    static let parameter = WireMessage(fields: [
        (1, .varint), (2, .varint), (3, .text(["", "high", "日本"])), (4, .fixed64), (5, .varint),
    ])
    static let parameterEntry = WireMessage(
        fields: [(1, .text(tensorParameters + ["priority", ""])), (2, .message(parameter))], isMap: true)
    static let contents = WireMessage(fields: [
        (1, .varints), (2, .varints), (3, .varints), (4, .varints), (5, .varints), (6, .fixed32s), (7, .fixed64s),
        (8, .data),
    ])
    static let input = WireMessage(fields: [
        (1, .text(names)), (2, .text(["FP32", "BYTES", "INT64", "UINT16", "fp32", "FP32 ", "", "a longer datatype"])),
        (3, .varints), (4, .message(parameterEntry)), (5, .message(contents)),
    ])
    static let output = WireMessage(fields: [(1, .text(names)), (2, .message(parameterEntry))])
    static let request = WireMessage(fields: [
        (1, .text(names)), (2, .text(["", "1", "x"])), (3, .text(names)), (4, .message(parameterEntry)),
        (5, .message(input)), (5, .message(input)), (6, .message(output)), (7, .data),
    ])
}
