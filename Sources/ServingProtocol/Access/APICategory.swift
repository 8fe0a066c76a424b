/// The groups of endpoints to which access can be restricted, by the names of Triton's flags.
public enum APICategory: String, Sendable, Hashable, CaseIterable {
    case health, metadata, inference
    case sharedMemory = "shared-memory"
    case modelConfiguration = "model-config"
    case modelRepository = "model-repository"
    case statistics, trace, logging
}
