import Foundation
import GRPCFrontend
import InferenceProtos
import SwiftProtobuf
import Testing

@Suite struct SharedMemoryServiceTests {
    private static let disabled = GRPCStatus(
        .unimplemented, "Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable.")

    private let methods = ControlMethods(service: ScriptedService(sharesMemory: true)).methods
    private let disabledMethods = ControlMethods(service: ScriptedService()).methods

    private func statuses(_ name: String = "") async throws -> Inference_SystemSharedMemoryStatusResponse {
        try await methods.call(
            "SystemSharedMemoryStatus", Inference_SystemSharedMemoryStatusRequest.with { $0.name = name })
    }

    private func register(_ name: String, key: String) async throws {
        let request = Inference_SystemSharedMemoryRegisterRequest.with {
            $0.name = name
            $0.key = key
            $0.offset = 4096
            $0.byteSize = 64
        }
        let _: Inference_SystemSharedMemoryRegisterResponse = try await methods.call(
            "SystemSharedMemoryRegister", request)
    }

    private func unregister(_ name: String) async throws {
        let _: Inference_SystemSharedMemoryUnregisterResponse = try await methods.call(
            "SystemSharedMemoryUnregister", Inference_SystemSharedMemoryUnregisterRequest.with { $0.name = name })
    }

    /// Makes a shared memory object of 8 KB for as long as `body` runs.
    private func withObject(_ body: (_ key: String) async throws -> Void) async throws {
        let key = "/nereid_test_\(UUID().uuidString)"
        let descriptor = shm_open(key, O_CREAT | O_EXCL | O_RDWR, 0o600)
        try #require(descriptor >= 0)
        defer {
            close(descriptor)
            shm_unlink(key)
        }
        try #require(ftruncate(descriptor, 8192) == 0)
        try await body(key)
    }

    @Test func regionsAreRegisteredToldAndForgotten() async throws {
        try await withObject { key in
            try await register("a", key: key)
            try await register("b", key: key)
            let status = Inference_SystemSharedMemoryStatusResponse.RegionStatus.with {
                $0.name = "a"
                $0.key = key
                $0.offset = 4096
                $0.byteSize = 64
            }
            #expect(try await statuses("a").regions == ["a": status])
            #expect(try await statuses().regions.keys.sorted() == ["a", "b"])
            try await unregister("a")
            #expect(try await statuses().regions.keys.sorted() == ["b"])
            try await unregister("")
            #expect(try await statuses().regions.isEmpty)
        }
    }

    @Test func aNameIsRegisteredOnce() async throws {
        try await withObject { key in
            try await register("a", key: key)
            await #expect(
                throws: GRPCStatus(.alreadyExists, "shared memory region 'a' already in manager")
            ) { try await register("a", key: key) }
        }
    }

    @Test func whatIsNotThereIsRefused() async {
        await #expect(throws: GRPCStatus(.notFound, "Unable to find system shared memory region: 'zz'")) {
            _ = try await statuses("zz")
        }
        await #expect(throws: GRPCStatus(.internal, "Unable to open shared memory region: '/nereid_nope'")) {
            try await register("a", key: "/nereid_nope")
        }
    }

    @Test func clientsShareNoMemoryUnlessTheyMay() async throws {
        await #expect(throws: Self.disabled) {
            let _: Inference_SystemSharedMemoryRegisterResponse = try await disabledMethods.call(
                "SystemSharedMemoryRegister", Inference_SystemSharedMemoryRegisterRequest())
        }
        await #expect(throws: Self.disabled) {
            let _: Inference_SystemSharedMemoryUnregisterResponse = try await disabledMethods.call(
                "SystemSharedMemoryUnregister", Inference_SystemSharedMemoryUnregisterRequest())
        }
        await #expect(throws: Self.disabled) {
            let _: Inference_CudaSharedMemoryRegisterResponse = try await disabledMethods.call(
                "CudaSharedMemoryRegister", Inference_CudaSharedMemoryRegisterRequest())
        }
        let response: Inference_SystemSharedMemoryStatusResponse = try await disabledMethods.call(
            "SystemSharedMemoryStatus", Inference_SystemSharedMemoryStatusRequest())
        #expect(response.regions.isEmpty)
    }

    @Test func thereIsNoCUDAMemory() async throws {
        let status: Inference_CudaSharedMemoryStatusResponse = try await methods.call(
            "CudaSharedMemoryStatus", Inference_CudaSharedMemoryStatusRequest())
        #expect(status.regions.isEmpty)
        await #expect(throws: GRPCStatus(.notFound, "Unable to find cuda shared memory region: 'c'")) {
            let _: Inference_CudaSharedMemoryStatusResponse = try await methods.call(
                "CudaSharedMemoryStatus", Inference_CudaSharedMemoryStatusRequest.with { $0.name = "c" })
        }
        await #expect(
            throws: GRPCStatus(
                .invalidArgument, "failed to register CUDA shared memory region: 'c', GPUs not supported")
        ) {
            let _: Inference_CudaSharedMemoryRegisterResponse = try await methods.call(
                "CudaSharedMemoryRegister", Inference_CudaSharedMemoryRegisterRequest.with { $0.name = "c" })
        }
        let _: Inference_CudaSharedMemoryUnregisterResponse = try await methods.call(
            "CudaSharedMemoryUnregister", Inference_CudaSharedMemoryUnregisterRequest())
    }
}
