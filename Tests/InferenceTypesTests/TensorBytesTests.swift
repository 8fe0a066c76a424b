import InferenceTypes
import Testing

@Suite struct TensorBytesTests {
    @Test func buffersAreAligned() {
        for size in [0, 1, 63, 4096] {
            let buffer = TensorBuffer(byteCount: size)
            #expect(buffer.bytes.count == size)
            #expect(TensorBytes(buffer).isAligned(to: TensorBuffer.alignment))
        }
    }

    @Test func slicesShareMemoryAndKeepItAlive() {
        var slice: TensorBytes?
        do {
            let whole = TensorBytes(copying: [1, 2, 3, 4, 5])
            slice = whole.slice(1..<4)
            #expect(slice?.pointer.baseAddress == whole.pointer.baseAddress?.advanced(by: 1))
        }
        #expect(slice?.withUnsafeBytes { Array($0) } == [2, 3, 4])
    }

    @Test func emptyHasNoBytes() {
        #expect(TensorBytes.empty.count == 0)
        #expect(TensorBytes.empty.slice(0..<0).count == 0)
        #expect(TensorBytes.empty.isAligned(to: 64))
    }
}
