/// The binary floating-point formats that decimal numbers are rounded to.
enum BinaryFormat {
    case float, double

    /// Bits of the significand without the implicit one.
    @inline(__always) var significandBits: Int { self == .float ? 23 : 52 }

    @inline(__always) var exponentBias: Int { self == .float ? 127 : 1023 }

    /// The biased exponent of infinity.
    @inline(__always) var infinityExponent: Int { self == .float ? 255 : 2047 }

    /// The powers of ten with which a significand of 64 bits can lie exactly between two neighbours.
    @inline(__always) var tieExponents: ClosedRange<Int> { self == .float ? -17...10 : -4...23 }
}
