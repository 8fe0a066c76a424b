import ArgumentParser
import ServingProtocol

struct SharedMemoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Let clients have the server read and write shared memory of this machine.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var allowClientShm = false

    @Option(
        help: ArgumentHelp(
            "What the keys of shared memory must begin with, the leading slash aside; may be repeated. Without it all "
                + "keys are allowed that the server's user may open.",
            valueName: "prefix"))
    var clientShmKeyPrefix: [String] = []

    @Option(
        help: ArgumentHelp(
            "The most shared memory regions at one time.", valueName: "count",
            standard: SharedMemorySettings().maximumRegions),
        transform: FlagValue.integer(1...1_000_000))
    var maxShmRegions = SharedMemorySettings().maximumRegions

    @Option(
        help: ArgumentHelp(
            "The most bytes of all shared memory regions together.", valueName: "bytes",
            standard: Int(SharedMemorySettings().maximumBytes)),
        transform: FlagValue.integer(1...Int.max))
    var maxShmBytes = Int(SharedMemorySettings().maximumBytes)

    @Option(
        help: ArgumentHelp(
            "The most bytes of shared memory that the inputs of one request take.", valueName: "bytes",
            standard: SharedMemorySettings().maximumRequestBytes),
        transform: FlagValue.integer(1...Int.max))
    var maxShmRequestBytes = SharedMemorySettings().maximumRequestBytes

    func apply(to configuration: inout ServerConfiguration) {
        configuration.sharedMemory.isAllowed = allowClientShm
        configuration.sharedMemory.keyPrefixes = clientShmKeyPrefix.map { String($0.drop { $0 == "/" }) }
        configuration.sharedMemory.maximumRegions = maxShmRegions
        configuration.sharedMemory.maximumBytes = UInt64(maxShmBytes)
        configuration.sharedMemory.maximumRequestBytes = maxShmRequestBytes
    }
}
