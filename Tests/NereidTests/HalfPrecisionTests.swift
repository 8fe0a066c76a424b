import Testing

@testable import nereid

struct HalfPrecisionTests {
    private static let halves: [(Float, UInt16)] = [
        (0, 0x0000), (-0.0, 0x8000), (1, 0x3c00), (-2, 0xc000), (65504, 0x7bff), (65519, 0x7bff), (65520, 0x7c00),
        (1e10, 0x7c00), (-.infinity, 0xfc00), (6.103_515_6e-5, 0x0400), (5.960_464_5e-8, 0x0001),
        (2.980_232_2e-8, 0x0000), (2.980_232_6e-8, 0x0001), (1.000_488_3, 0x3c00), (1.001_464_8, 0x3c02), (0.1, 0x2e66),
        (0.333_333_34, 0x3555),
    ]

    @Test(arguments: halves)
    func roundsToNearestEven(value: Float, bits: UInt16) {
        #expect(HalfPrecision.binary16(value) == bits)
    }

    @Test func everyBinary16ComesBack() {
        for bits in UInt16.min...UInt16.max {
            let value = HalfPrecision.value(binary16: bits)
            if value.isNaN {
                #expect(HalfPrecision.value(binary16: HalfPrecision.binary16(value)).isNaN)
            } else {
                #expect(HalfPrecision.binary16(value) == bits)
            }
        }
    }

    private static let brains: [(Float, UInt16)] = [
        (1, 0x3f80), (1.003_906_25, 0x3f80), (1.011_718_75, 0x3f82), (-3.0, 0xc040),
        (.greatestFiniteMagnitude, 0x7f80), (.infinity, 0x7f80), (0.1, 0x3dcd),
    ]

    @Test(arguments: brains)
    func bfloat16(value: Float, bits: UInt16) {
        #expect(HalfPrecision.bfloat16(value) == bits)
        #expect(HalfPrecision.value(bfloat16: HalfPrecision.bfloat16(.nan)).isNaN)
    }
}
