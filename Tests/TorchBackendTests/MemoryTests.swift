import BackendAPI
import InferenceTypes
import ModelConfiguration
import Testing

/// Who owns the memory of inputs and outputs, and who may write to it.
@Suite(.needsTorch) struct MemoryTests {
    /// Input memory that tells when it is freed.
    private final class Watched {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 64)
        init(_ values: [Float]) { memory.copyBytes(from: values.withUnsafeBytes { Array($0) }) }
        deinit { memory.deallocate() }
        func bytes(_ range: Range<Int>) -> TensorBytes {
            TensorBytes(UnsafeRawBufferPointer(rebasing: memory[range]), owner: self)
        }
    }

    private func instance(_ file: String) throws -> any ModelInstance {
        try TorchFixture.instance(file) {
            $0.add(input: "x")
            $0.add(output: "y")
        }
    }

    @Test func anIdentityOutputIsTheInputsMemoryAndKeepsItAlive() throws {
        let instance = try instance("identity")
        weak var watched: Watched?
        var output: Tensor?
        do {
            let memory = Watched([1, 2, 3, 4])
            watched = memory
            let x = Tensor(name: "x", dataType: .fp32, shape: [4], bytes: memory.bytes(0..<16))
            output = try instance.run([x])[0]
            #expect(output?.bytes.pointer.baseAddress == UnsafeRawPointer(memory.memory.baseAddress))
        }
        #expect(watched != nil)
        #expect(output?.floats == [1, 2, 3, 4])
        output = nil
        #expect(watched == nil)
    }

    @Test func inputMemoryIsFreedAfterAFailure() throws {
        let instance = try instance("throws")
        weak var watched: Watched?
        do {
            let memory = Watched([1])
            watched = memory
            #expect(instance.error([Tensor(name: "x", dataType: .fp32, shape: [1], bytes: memory.bytes(0..<4))]) != nil)
        }
        #expect(watched == nil)
    }

    @Test(arguments: ["add_in_place", "dropout_in_place"])
    func writingToAnInputLeavesTheRequestAlone(file: String) throws {
        let instance = try instance(file)
        let x = Tensor.floats("x", [3], [1, 2, 3])
        for _ in 0..<3 { #expect(try instance.run([x])[0].floats == [2, 3, 4]) }
        #expect(x.floats == [1, 2, 3])
    }

    @Test func unalignedInputsAreRead() throws {
        let instance = try instance("clone")
        let memory = Watched([])
        let values: [Float] = [1.5, -2]
        values.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: memory.memory[3..<11]).copyMemory(from: $0) }
        let x = Tensor(name: "x", dataType: .fp32, shape: [2], bytes: memory.bytes(3..<11))
        #expect(!x.bytes.isAligned(to: 4))
        #expect(try instance.run([x])[0].floats == values)
    }

    /// An empty tensor holds no memory, but its key is needed until the call.
    @Test func emptyTensorsInADictionary() throws {
        let instance = try TorchFixture.instance("dictionary") {
            $0.add(input: "a")
            $0.add(input: "b")
            $0.add(output: "sum")
        }
        for _ in 0..<50 {
            let sum = try instance.run([.floats("a", [0], []), .floats("b", [0], [])])[0]
            #expect(sum.shape == [0])
            #expect(sum.bytes.count == 0)
        }
    }

    @Test func outputsOutliveTheModel() throws {
        var output: Tensor?
        do {
            let instance = try instance("clone")
            output = try instance.run([.floats("x", [2], [7, 8])])[0]
        }
        #expect(output?.floats == [7, 8])
    }
}
