import InferenceProtos
import InferenceTypes
import ServingProtocol
import SwiftProtobuf

/// The shared memory extensions.
struct SharedMemoryService: Sendable {
    let service: any InferenceService

    func systemStatus(
        _ request: Inference_SystemSharedMemoryStatusRequest
    ) throws(ServingError) -> Inference_SystemSharedMemoryStatusResponse {
        var response = Inference_SystemSharedMemoryStatusResponse()
        for status in try service.sharedMemory.status(request.name) {
            response.regions[status.name] = .with {
                $0.name = status.name
                $0.key = status.key
                $0.offset = status.offset
                $0.byteSize = status.byteSize
            }
        }
        return response
    }

    func registerSystem(
        _ request: Inference_SystemSharedMemoryRegisterRequest
    ) throws(ServingError) -> Inference_SystemSharedMemoryRegisterResponse {
        try service.sharedMemory.register(
            request.name, key: request.key, offset: request.offset, byteSize: request.byteSize)
        return Inference_SystemSharedMemoryRegisterResponse()
    }

    func unregisterSystem(
        _ request: Inference_SystemSharedMemoryUnregisterRequest
    ) throws(ServingError) -> Inference_SystemSharedMemoryUnregisterResponse {
        try service.sharedMemory.unregister(request.name)
        return Inference_SystemSharedMemoryUnregisterResponse()
    }

    func cudaStatus(
        _ request: Inference_CudaSharedMemoryStatusRequest
    ) throws(ServingError) -> Inference_CudaSharedMemoryStatusResponse {
        try service.sharedMemory.cudaStatus(request.name)
        return Inference_CudaSharedMemoryStatusResponse()
    }

    func registerCUDA(
        _ request: Inference_CudaSharedMemoryRegisterRequest
    ) throws(ServingError) -> Inference_CudaSharedMemoryRegisterResponse {
        try service.sharedMemory.registerCUDA(request.name)
    }

    func unregisterCUDA(
        _ request: Inference_CudaSharedMemoryUnregisterRequest
    ) throws(ServingError) -> Inference_CudaSharedMemoryUnregisterResponse {
        try service.sharedMemory.unregisterCUDA(request.name)
        return Inference_CudaSharedMemoryUnregisterResponse()
    }
}
