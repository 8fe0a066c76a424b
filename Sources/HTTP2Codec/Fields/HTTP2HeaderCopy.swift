/// The header fields of an earlier request, flat. See `HTTP2HeaderBlock.equals`.
package struct HTTP2HeaderCopy: Sendable {
    struct Lengths: Sendable {
        let name: Int
        let value: Int

        init(_ name: Int, _ value: Int) {
            self.name = name
            self.value = value
        }
    }

    /// Names and values, one after the other.
    let bytes: [UInt8]
    let lengths: [Lengths]
}
