/// An unsigned floating-point number with 64 bits of significand: `significand` x 2^`exponent`.
struct ExtendedFloat {
    var significand: UInt64
    var exponent: Int
}
