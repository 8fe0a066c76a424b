/// Why bytes are not a message in the wire format of protocol buffers.
enum ProtobufError: Error, Sendable, Hashable {
    /// A field reaches beyond the end of its message.
    case truncated
    /// A number is longer than the ten bytes of 64 bits.
    case malformedVarint
    /// A field number of 0, or a wire type that does not exist.
    case invalidTag
    case invalidUTF8
    /// A group ends that has not begun, or does not end.
    case unmatchedGroup
    /// More groups lie in each other than any reader allows.
    case nestedTooDeep
}
