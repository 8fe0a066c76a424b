import InferenceTypes
import Testing

@Suite struct ShapeTests {
    @Test(
        arguments: [
            ([], 1), ([3], 3), ([2, 3, 4], 24), ([0, 5], 0), ([Int64.max, Int64.max, 0], 0),
        ] as [([Int64], Int)])
    func elementCountIsTheProduct(dimensions: [Int64], expected: Int) {
        #expect(Shape(dimensions).elementCount == expected)
    }

    @Test(arguments: [[-1], [2, -1], [1 << 62, 4], [Int64.max, 2], [-5, 0]] as [[Int64]])
    func elementCountIsNilWhenItCannotBe(dimensions: [Int64]) {
        #expect(Shape(dimensions).elementCount == nil)
    }

    @Test func byteCountOverflowIsNil() {
        #expect(Shape([1 << 61]).byteCount(of: .fp64) == nil)
        #expect(Shape([1 << 61]).byteCount(of: .uint8) == 1 << 61)
        #expect(Shape([4]).byteCount(of: .bytes) == nil)
    }

    @Test func printsAsTritonDoes() {
        #expect(Shape([-1, 16]).description == "[-1,16]")
        #expect(Shape([]).description == "[]")
    }
}
