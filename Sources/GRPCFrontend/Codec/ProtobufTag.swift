/// The number that stands in front of a field: its number and its wire type.
enum ProtobufTag {
    static func varint(_ field: UInt32) -> UInt32 { field << 3 }
    static func fixed64(_ field: UInt32) -> UInt32 { field << 3 | 1 }
    /// Strings, bytes, messages and packed numbers.
    static func bytes(_ field: UInt32) -> UInt32 { field << 3 | 2 }
    static func groupStart(_ field: UInt32) -> UInt32 { field << 3 | 3 }
    static func groupEnd(_ field: UInt32) -> UInt32 { field << 3 | 4 }
    static func fixed32(_ field: UInt32) -> UInt32 { field << 3 | 5 }
}
