import ArgumentParser
import ObjectStorage

/// Model repositories in object stores, and the cache of what comes from there. Triton has no flags for these.
struct ObjectStoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where models of s3:// and gs:// repositories are kept; several servers may share it (default: "
                + "nereid/objects in the user's cache directory).", valueName: "path"))
    var objectStoreCacheDirectory = ""

    @Option(
        help: ArgumentHelp(
            "The most bytes kept there, beside what loaded models use.", valueName: "bytes",
            standard: ObjectStoreLimits().cacheBytes),
        transform: FlagValue.integer(0...Int.max))
    var objectStoreCacheSize = ObjectStoreLimits().cacheBytes

    @Option(
        help: ArgumentHelp(
            "The most objects of one repository.", valueName: "count", standard: ObjectStoreLimits().maximumObjects),
        transform: FlagValue.integer(1...100_000_000))
    var objectStoreMaxObjects = ObjectStoreLimits().maximumObjects

    @Option(
        help: ArgumentHelp(
            "The most bytes of one repository.", valueName: "bytes", standard: ObjectStoreLimits().maximumBytes),
        transform: FlagValue.integer(1...Int.max))
    var objectStoreMaxSize = ObjectStoreLimits().maximumBytes

    @Option(
        help: ArgumentHelp(
            "The most requests to stores at one time.", valueName: "count",
            standard: ObjectStoreLimits().parallelRequests),
        transform: FlagValue.integer(1...4096))
    var objectStoreMaxRequests = ObjectStoreLimits().parallelRequests

    @Option(
        help: ArgumentHelp(
            "How long a store may send nothing.", valueName: "seconds",
            standard: Int(ObjectStoreLimits().timeout.components.seconds)),
        transform: FlagValue.integer(1...86400))
    var objectStoreTimeoutSecs = Int(ObjectStoreLimits().timeout.components.seconds)

    @Option(
        help: ArgumentHelp(
            "How often a request that brought nothing is tried again.", valueName: "count",
            standard: ObjectStoreLimits().retryCount),
        transform: FlagValue.integer(0...1_000_000))
    var objectStoreRetryCount = ObjectStoreLimits().retryCount

    func apply(to configuration: inout ServerConfiguration) {
        configuration.objectStore.cacheDirectory = objectStoreCacheDirectory.isEmpty ? nil : objectStoreCacheDirectory
        configuration.objectStore.limits.cacheBytes = objectStoreCacheSize
        configuration.objectStore.limits.maximumObjects = objectStoreMaxObjects
        configuration.objectStore.limits.maximumBytes = objectStoreMaxSize
        configuration.objectStore.limits.parallelRequests = objectStoreMaxRequests
        configuration.objectStore.limits.timeout = .seconds(objectStoreTimeoutSecs)
        configuration.objectStore.limits.retryCount = objectStoreRetryCount
    }
}
