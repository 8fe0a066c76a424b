import ServingProtocol

extension HTTPRoute {
    /// The group of endpoints whose restriction holds for this one.
    var category: APICategory {
        switch self {
        case .live, .ready, .modelReady: .health
        case .serverMetadata, .modelMetadata: .metadata
        case .modelConfiguration: .modelConfiguration
        case .statistics: .statistics
        case .infer, .generate, .generateStream: .inference
        case .traceSetting: .trace
        case .logging: .logging
        case .repositoryIndex, .loadModel, .unloadModel: .modelRepository
        case .sharedMemoryStatus, .sharedMemoryRegister, .sharedMemoryUnregister: .sharedMemory
        }
    }
}
