import InferenceTesting
import InferenceTypes
import ServingProtocol
import Testing

@Suite struct SharedMemoryRegistryTests {
    static let pageSize = 4096

    static func registry(_ change: (inout SharedMemorySettings) -> Void = { _ in }) -> SharedMemoryRegistry {
        var settings = SharedMemorySettings()
        settings.isAllowed = true
        change(&settings)
        return SharedMemoryRegistry(settings: settings)
    }

    private func message(_ body: () throws(ServingError) -> Void) -> String {
        do throws(ServingError) {
            try body()
            return "no error"
        } catch {
            return "\(error.code): \(error.message)"
        }
    }

    @Test func offByDefault() throws {
        let registry = SharedMemoryRegistry()
        let memory = TestSharedMemory(byteCount: 64)
        let text =
            "unsupported: Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable."
        #expect(
            message { () throws(ServingError) in try registry.register("a", key: memory.key, offset: 0, byteSize: 8) }
                == text)
        #expect(message { () throws(ServingError) in try registry.unregister(nil) } == text)
        #expect(
            message { () throws(ServingError) in _ = try registry.range(ofRegion: "a", offset: 0, byteCount: 1) }
                == text)
        #expect(try registry.status(nil).isEmpty)
    }

    @Test func registeredRegionsAreListedByNameAndForgotten() throws {
        let registry = Self.registry()
        let memory = TestSharedMemory(byteCount: 3 * Self.pageSize)
        try registry.register("b", key: memory.key, offset: UInt64(Self.pageSize), byteSize: 128)
        try registry.register("a", key: memory.key, offset: 0, byteSize: 64)
        let first = SharedMemoryStatus(name: "a", key: memory.key, offset: 0, byteSize: 64)
        let second = SharedMemoryStatus(name: "b", key: memory.key, offset: 4096, byteSize: 128)
        #expect(try registry.status(nil) == [first, second])
        #expect(try registry.status("") == [first, second])
        #expect(try registry.status("b") == [second])
        try registry.unregister("a")
        try registry.unregister("a")
        #expect(try registry.status(nil) == [second])
        #expect(
            message { () throws(ServingError) in _ = try registry.status("a") }
                == "notFound: Unable to find system shared memory region: 'a'")
        try registry.unregister("")
        #expect(try registry.status(nil).isEmpty)
    }

    @Test func whatCannotBeARegionIsRefusedInTritonsWords() throws {
        let registry = Self.registry()
        let memory = TestSharedMemory(byteCount: Self.pageSize)
        try registry.register("taken", key: memory.key, offset: 0, byteSize: 64)
        func refusal(_ name: String, _ key: String, _ offset: UInt64, _ byteSize: UInt64) -> String {
            message { () throws(ServingError) in
                try registry.register(name, key: key, offset: offset, byteSize: byteSize)
            }
        }
        #expect(refusal("taken", memory.key, 0, 64) == "alreadyExists: shared memory region 'taken' already in manager")
        #expect(
            refusal("a", "/nereid_nosuch", 0, 64) == "internal: Unable to open shared memory region: '/nereid_nosuch'")
        let tooLarge = "invalidArgument: failed to register shared memory region 'a': invalid args"
        #expect(refusal("a", memory.key, 0, 4097) == tooLarge)
        #expect(refusal("a", memory.key, 4096, 1) == tooLarge)
        #expect(refusal("a", memory.key, .max, 2) == tooLarge)
        #expect(refusal("a", memory.key, 0, .max) == tooLarge)
        let unmappable =
            "invalidArgument: failed to register shared memory region 'a': unable to process address spaceInvalid argument"
        #expect(refusal("a", memory.key, 128, 128) == unmappable)
        #expect(refusal("a", memory.key, 0, 0) == unmappable)
        #expect(
            refusal("a", "/triton_python_backend_shm_region_1", 0, 1).hasPrefix(
                "invalidArgument: cannot register shared memory region 'a' with key '/triton_python_backend_shm_region_1'"
            ))
        #expect(try registry.status(nil).count == 1)
    }

    @Test(arguments: [
        "", "/", "//", "/a/b", "../etc/passwd", "/../etc/passwd", ".", "..", "a\0b", String(repeating: "x", count: 300),
    ])
    func keysThatAreNoNamesOpenNothing(key: String) {
        let registry = Self.registry()
        #expect(throws: ServingError(.internal, "Unable to open shared memory region: '\(key)'")) {
            try registry.register("a", key: key, offset: 0, byteSize: 1)
        }
    }

    @Test func keysMayHaveToBeginWithAPrefix() throws {
        let registry = Self.registry { $0.keyPrefixes = ["other_", "nereid_test_"] }
        let memory = TestSharedMemory(byteCount: 64)
        try registry.register("a", key: memory.key, offset: 0, byteSize: 64)
        try registry.register("b", key: String(memory.key.dropFirst()), offset: 0, byteSize: 64)
        #expect(
            throws: ServingError(
                .invalidArgument,
                "cannot register shared memory region 'c' with key '/secret': keys must begin with 'other_' or 'nereid_test_'"
            )
        ) {
            try registry.register("c", key: "/secret", offset: 0, byteSize: 1)
        }
    }

    @Test func regionsAndTheirBytesAreLimited() throws {
        let registry = Self.registry {
            $0.maximumRegions = 2
            $0.maximumBytes = 100
        }
        let memory = TestSharedMemory(byteCount: Self.pageSize)
        try registry.register("a", key: memory.key, offset: 0, byteSize: 60)
        #expect(
            message { () throws(ServingError) in
                try registry.register("b", key: memory.key, offset: 0, byteSize: 41)
            }.contains("--max-shm-bytes"))
        try registry.register("b", key: memory.key, offset: 0, byteSize: 40)
        #expect(
            message { () throws(ServingError) in
                try registry.register("c", key: memory.key, offset: 0, byteSize: 1)
            }.contains("--max-shm-regions"))
        try registry.unregister("a")
        try registry.register("c", key: memory.key, offset: 0, byteSize: 60)
    }

    @Test func rangesLieInsideTheirRegion() throws {
        let registry = Self.registry()
        let memory = TestSharedMemory(byteCount: 2 * Self.pageSize)
        memory.write([1, 2, 3, 4], at: Self.pageSize + 10)
        try registry.register("r", key: memory.key, offset: UInt64(Self.pageSize), byteSize: 14)
        let range = try registry.range(ofRegion: "r", offset: 10, byteCount: 4)
        #expect(try range.read().withUnsafeBytes(Array.init) == [1, 2, 3, 4])
        func refusal(_ name: String, _ offset: UInt64, _ byteCount: UInt64) -> String {
            message { () throws(ServingError) in
                _ = try registry.range(ofRegion: name, offset: offset, byteCount: byteCount)
            }
        }
        #expect(refusal("x", 0, 1) == "notFound: Unable to find shared memory region: 'x'")
        #expect(refusal("r", 14, 1) == "invalidArgument: Invalid offset for shared memory region: 'r'")
        let outside = "invalidArgument: Invalid offset + byte size for shared memory region: 'r'"
        #expect(refusal("r", 10, 5) == outside)
        #expect(refusal("r", 13, .max) == outside)
    }

    @Test func aRangeOutlivesItsRegion() throws {
        let registry = Self.registry()
        let memory = TestSharedMemory(byteCount: 64)
        try registry.register("r", key: memory.key, offset: 0, byteSize: 64)
        let range = try registry.range(ofRegion: "r", offset: 0, byteCount: 2)
        try registry.unregister(nil)
        memory.write([7, 8])
        #expect(try range.read().withUnsafeBytes(Array.init) == [7, 8])
    }

    @Test func aClientThatCutsItsMemoryShortGetsAnError() throws {
        let registry = Self.registry()
        let memory = TestSharedMemory(byteCount: 2 * Self.pageSize)
        try registry.register("r", key: memory.key, offset: 0, byteSize: 8192)
        let range = try registry.range(ofRegion: "r", offset: 4096, byteCount: 4096)
        memory.resize(4097)
        #expect(
            throws: ServingError(
                .invalidArgument,
                "shared memory region 'r' has become shorter than it was when it was registered")
        ) {
            _ = try range.read()
        }
        memory.resize(8192)
        #expect(try range.read().count == 4096)
    }

    @Test func inputsOfARequestAreReadTogetherAndLimited() throws {
        let registry = Self.registry { $0.maximumRequestBytes = 6 }
        let memory = TestSharedMemory(byteCount: 64)
        memory.write([1, 2, 3, 4, 5, 6])
        try registry.register("r", key: memory.key, offset: 0, byteSize: 64)
        var request = InferenceRequest(modelName: "m")
        for name in ["A", "B", "C"] {
            request.inputs.append(Tensor(name: name, dataType: .uint8, shape: [3], bytes: .empty))
        }
        var inputs = SharedMemoryInputs()
        try inputs.add(region: "r", offset: 0, byteCount: 3, forInputAt: 0, from: registry)
        try inputs.add(region: "r", offset: 3, byteCount: 3, forInputAt: 2, from: registry)
        #expect(inputs.byteCount == 6)
        #expect(
            message { () throws(ServingError) in
                try inputs.add(region: "r", offset: 0, byteCount: 1, forInputAt: 1, from: registry)
            }.contains("--max-shm-request-bytes"))
        try inputs.read(into: &request)
        #expect(request.inputs.map { $0.bytes.withUnsafeBytes(Array.init) } == [[1, 2, 3], [], [4, 5, 6]])
    }

    @Test func noCUDARegionCanExist() throws {
        let registry = Self.registry()
        try registry.cudaStatus(nil)
        try registry.unregisterCUDA("c")
        #expect(
            message { () throws(ServingError) in try registry.cudaStatus("c") }
                == "notFound: Unable to find cuda shared memory region: 'c'")
        #expect(
            message { () throws(ServingError) in try registry.registerCUDA("c", handle: [0, 0, 0]) }
                == "invalidArgument: 'raw_handle' must be a valid base64 encoded cudaIpcMemHandle_t")
        let handle = [UInt8](repeating: 0, count: 64)
        #expect(
            message { () throws(ServingError) in try registry.registerCUDA("c", handle: handle) }
                == "invalidArgument: failed to register CUDA shared memory region: 'c', GPUs not supported")
    }
}
