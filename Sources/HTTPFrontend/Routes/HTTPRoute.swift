/// What a path asks for. Names and versions are as they stand in the path: nothing is decoded.
enum HTTPRoute: Sendable, Hashable {
    /// A model and, where the path names one, the digits of its version.
    struct Model: Sendable, Hashable {
        var name: String
        var version: String?
    }

    enum SharedMemoryKind: String, Sendable {
        case system, cuda
    }

    case serverMetadata
    case live
    case ready
    case modelMetadata(Model)
    case modelReady(Model)
    case modelConfiguration(Model)
    /// `nil`: of all ready models.
    case statistics(Model?)
    case infer(Model)
    case generate(Model)
    case generateStream(Model)
    /// `nil`: of the server.
    case traceSetting(model: String?)
    case logging
    case repositoryIndex
    case loadModel(String, repository: String?)
    case unloadModel(String, repository: String?)
    case sharedMemoryStatus(SharedMemoryKind, region: String?)
    case sharedMemoryRegister(SharedMemoryKind, region: String)
    case sharedMemoryUnregister(SharedMemoryKind, region: String?)

    /// Whether the path may be asked for by this method.
    func allows(_ method: HTTPRequestHead.Method) -> Bool {
        switch self {
        case .serverMetadata, .live, .ready, .modelMetadata, .modelReady, .modelConfiguration, .statistics,
            .sharedMemoryStatus:
            method == .get
        case .infer, .generate, .generateStream, .repositoryIndex, .loadModel, .unloadModel, .sharedMemoryRegister,
            .sharedMemoryUnregister:
            method == .post
        case .traceSetting, .logging: method == .get || method == .post
        }
    }

    /// The content type of errors that are found before the request itself is looked at.
    var errorContentType: HTTPResponse.ContentType {
        switch self {
        case .live, .ready, .modelReady, .infer: .plainText
        default: .json
        }
    }
}
