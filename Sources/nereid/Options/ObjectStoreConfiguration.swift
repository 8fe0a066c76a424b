import ObjectStorage

/// How repositories in object stores are read.
struct ObjectStoreConfiguration: Equatable, Sendable {
    /// `nil` is a directory in the user's cache directory.
    var cacheDirectory: String?
    var limits = ObjectStoreLimits()
}
