extension InferRequestMessage {
    static let rawInputContentsField: UInt32 = 7

    /// Where the data of the first raw input begins, so that it can be received on an aligned address; 0 when the first
    /// bytes of a message do not tell, because it has none, or other fields fill them.
    ///
    /// - Parameter firstBytes: the beginning of a message, or all of it.
    static func alignedOffset(_ firstBytes: UnsafeRawBufferPointer) -> Int {
        var reader = ProtobufReader(firstBytes)
        while !reader.isAtEnd {
            guard let tag = try? reader.tag() else { return 0 }
            guard tag == ProtobufTag.bytes(rawInputContentsField) else {
                guard (try? reader.skip(tag)) != nil else { return 0 }
                continue
            }
            // The data itself may not have arrived yet.
            return (try? reader.varint()) == nil ? 0 : reader.position
        }
        return 0
    }
}
