import InferenceTypes

/// The split of an inference body: how many of its bytes are JSON, by `Inference-Header-Content-Length`.
struct InferenceHeaderLength: Sendable, Hashable {
    /// What the client says; `nil` without the field.
    let claimed: Int?

    /// Read as the reference server does: blanks, a sign and digits; 0 when there are none.
    init(_ field: ArraySlice<UInt8>?) {
        guard let field else {
            claimed = nil
            return
        }
        var bytes = field.trimmingBlanks()
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        var number = 0
        for byte in bytes {
            guard byte.isDigit else { break }
            // Larger than any body all the same, and no digit can make it overflow.
            if number > Int(Int32.max) { break }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        claimed = isNegative ? -number : number
    }

    /// The length for a body of `count` bytes, all of it without the field. Throws when the claim lies outside.
    func length(ofBody count: Int) throws(ServingError) -> Int {
        guard let claimed else { return count }
        guard claimed >= 0, claimed <= count else { throw Self.outside(claimed, of: count) }
        return claimed
    }

    static func outside(_ length: Int, of count: Int) -> ServingError {
        ServingError(.invalidArgument, "inference header size should be in range (0, \(count)), got: \(length)")
    }
}
