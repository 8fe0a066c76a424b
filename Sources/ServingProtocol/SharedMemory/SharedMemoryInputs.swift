public import InferenceTypes

/// The inputs of a request whose data lies in shared memory.
///
/// Their ranges are found while the request is decoded; the data is read in one go afterwards, on another thread where
/// it is much.
public struct SharedMemoryInputs: Sendable {
    /// Reading more than this takes longer than a hand-over to another thread and back.
    public static let inlineByteCount = 1024 * 1024

    private var ranges: [(input: Int, range: SharedMemoryRange)] = []
    /// Of all ranges together.
    public private(set) var byteCount = 0

    public init() {}

    public var isEmpty: Bool { ranges.isEmpty }

    /// Finds the data of an input.
    ///
    /// - Parameters:
    ///   - index: of the input in `request.inputs`, whose bytes are empty until they are read.
    ///   - offset: from the start of the region.
    public mutating func add(
        region: String, offset: UInt64, byteCount: UInt64, forInputAt index: Int, from registry: SharedMemoryRegistry
    ) throws(ServingError) {
        let range = try registry.range(ofRegion: region, offset: offset, byteCount: byteCount)
        let maximum = registry.settings.maximumRequestBytes
        guard range.byteCount <= maximum - self.byteCount else {
            throw ServingError(
                .invalidArgument,
                "the inputs of the request take more than \(maximum) bytes of shared memory. "
                    + "Use --max-shm-request-bytes to increase the limit.")
        }
        self.byteCount += range.byteCount
        ranges.append((index, range))
    }

    /// Gives the inputs their data.
    public func read(into request: inout InferenceRequest) throws(ServingError) {
        for (index, range) in ranges { request.inputs[index].bytes = try range.read() }
    }
}
