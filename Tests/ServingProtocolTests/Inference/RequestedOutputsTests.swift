import InferenceTesting
import InferenceTypes
import ServingProtocol
import Testing

@Suite struct RequestedOutputsTests {
    private func response(_ bytes: [UInt8]) -> InferenceResponse {
        let tensor = Tensor(
            name: "Y", dataType: .uint8, shape: [Int64(bytes.count)], bytes: TensorBytes(copying: bytes))
        return InferenceResponse(modelName: "m", modelVersion: 1, id: "", outputs: [tensor])
    }

    private func prepared(
        _ bytes: [UInt8], _ wanted: [RequestedOutput]
    ) throws(ServingError) -> (response: InferenceResponse, outputs: RequestedOutputs) {
        var outputs = RequestedOutputs()
        for output in wanted { outputs.append(output) }
        var response = response(bytes)
        try outputs.prepare(&response, batches: false) { _, index in index == 1 ? "one" : nil }
        return (response, outputs)
    }

    @Test func outputsThatAreMerelyListedStayAsTheyAre() throws {
        let (response, outputs) = try prepared([1, 2], [RequestedOutput(name: "Y"), RequestedOutput(name: "Z")])
        #expect(outputs.isPlain && !outputs.isInSharedMemory("Y"))
        #expect(response.outputs[0].bytes.withUnsafeBytes(Array.init) == [1, 2])
    }

    @Test func classesTakeThePlaceOfTheTensor() throws {
        let (response, _) = try prepared([3, 9], [RequestedOutput(name: "Y", classCount: 1)])
        #expect(response.outputs[0].dataType == .bytes && response.outputs[0].shape == [1])
        #expect(response.outputs[0].bytes.withUnsafeBytes(Array.init) == [7, 0, 0, 0] + Array("9:1:one".utf8))
    }

    @Test func outputsGoToSharedMemory() throws {
        let registry = SharedMemoryRegistryTests.registry()
        let memory = TestSharedMemory(byteCount: 64)
        try registry.register("r", key: memory.key, offset: 0, byteSize: 64)
        let range = try registry.range(ofRegion: "r", offset: 8, byteCount: 4)
        let (response, outputs) = try prepared([5, 6, 7], [RequestedOutput(name: "Y", sharedMemory: range)])
        #expect(outputs.isInSharedMemory("Y") && !outputs.isInSharedMemory("Z"))
        #expect(response.outputs[0].bytes.count == 0 && response.outputs[0].shape == [3])
        #expect(memory.read(8, at: 6) == [0, 0, 5, 6, 7, 0, 0, 0])
    }

    @Test func anOutputLargerThanItsPlaceIsRefused() throws {
        let registry = SharedMemoryRegistryTests.registry()
        let memory = TestSharedMemory(byteCount: 64)
        try registry.register("r", key: memory.key, offset: 0, byteSize: 64)
        let range = try registry.range(ofRegion: "r", offset: 0, byteCount: 2)
        #expect(
            throws: ServingError(
                .internal,
                "shared memory size specified with the request for output 'Y' (2 bytes) should be at least 3 bytes to hold the results"
            )
        ) {
            try prepared([5, 6, 7], [RequestedOutput(name: "Y", sharedMemory: range)])
        }
        #expect(memory.read(3) == [0, 0, 0])
    }

    @Test func writingNeverMakesAnObjectLonger() throws {
        let registry = SharedMemoryRegistryTests.registry()
        let memory = TestSharedMemory(byteCount: 64)
        try registry.register("r", key: memory.key, offset: 0, byteSize: 64)
        let range = try registry.range(ofRegion: "r", offset: 32, byteCount: 32)
        memory.resize(40)
        #expect(throws: ServingError.self) {
            try prepared([UInt8](repeating: 1, count: 32), [RequestedOutput(name: "Y", sharedMemory: range)])
        }
        #expect(memory.byteCount == 40)
    }
}
