import InferenceTypes
import Testing

@Suite struct BytesElementsTests {
    private func walk(_ bytes: [UInt8]) -> (elements: [[UInt8]], damage: BytesElements.Damage?) {
        bytes.withUnsafeBytes { memory in
            var elements = BytesElements(memory)
            var found: [[UInt8]] = []
            while let element = elements.next() { found.append(Array(element)) }
            return (found, elements.damage)
        }
    }

    @Test func elementsAreFoundOneByOne() {
        let (elements, damage) = walk([3, 0, 0, 0, 97, 98, 99, 0, 0, 0, 0, 2, 0, 0, 0, 0xFF, 0])
        #expect(elements == [[97, 98, 99], [], [0xFF, 0]])
        #expect(damage == nil)
        #expect(walk([]).elements.isEmpty)
        #expect(walk([]).damage == nil)
    }

    @Test func damageIsTold() {
        #expect(walk([1, 0, 0, 0, 97, 1, 0]).damage == .incompleteLength(available: 2))
        #expect(walk([100, 0, 0, 0, 97]).damage == .incompleteElement(length: 100, available: 1))
        #expect(walk([0xFF, 0xFF, 0xFF, 0xFF]).damage == .incompleteElement(length: 4_294_967_295, available: 0))
        #expect(walk([1, 0, 0, 0, 97, 1, 0]).elements == [[97]])
    }

    @Test func writtenElementsAreReadBack() {
        var memory = [UInt8](repeating: 0xAA, count: 16)
        memory.withUnsafeMutableBytes { buffer in
            let first = Array("abc".utf8).withUnsafeBytes { BytesElements.write($0, to: buffer) }
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[first...])
            let second = BytesElements.write(UnsafeRawBufferPointer(start: nil, count: 0), to: rest)
            #expect(first == 7)
            #expect(second == 4)
        }
        #expect(walk(Array(memory[..<11])).elements == [Array("abc".utf8), []])
    }

    @Test func arbitraryBytesNeverTrap() {
        var state: UInt64 = 99
        for _ in 0..<3000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let count = Int(state >> 58)
            var bytes: [UInt8] = []
            for _ in 0..<count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Small numbers, so that lengths are often plausible.
                bytes.append(state >> 60 < 14 ? UInt8(state >> 62) : UInt8(truncatingIfNeeded: state >> 40))
            }
            let (elements, damage) = walk(bytes)
            let consumed = elements.reduce(0) { $0 + 4 + $1.count }
            #expect(damage == nil ? consumed == count : consumed < count)
        }
    }
}
