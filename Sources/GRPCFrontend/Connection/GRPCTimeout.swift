/// The header field `grpc-timeout`: one to eight digits and a unit.
///
/// Source of the format: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
enum GRPCTimeout {
    /// Nanoseconds, at most `Int64.max`; `nil` when the text is malformed.
    static func nanoseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard (2...9).contains(text.count), let unit = text.last.flatMap(nanoseconds(ofUnit:)) else { return nil }
        var number: Int64 = 0
        for byte in text.dropLast() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? .max : product
    }

    private static func nanoseconds(ofUnit unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "H"): 3_600_000_000_000
        case UInt8(ascii: "M"): 60_000_000_000
        case UInt8(ascii: "S"): 1_000_000_000
        case UInt8(ascii: "m"): 1_000_000
        case UInt8(ascii: "u"): 1_000
        case UInt8(ascii: "n"): 1
        default: nil
        }
    }
}
