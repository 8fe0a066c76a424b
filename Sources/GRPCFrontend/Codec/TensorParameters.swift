/// The parameters of an input or of a requested output that mean something; others have no effect.
struct TensorParameters: Sendable, Hashable {
    var sharedMemoryRegion: InferParameter?
    var sharedMemoryOffset: InferParameter?
    var sharedMemoryByteSize: InferParameter?
    /// Of outputs only.
    var classification: InferParameter?

    /// Adds an entry of the map; of two with the same name the last counts.
    mutating func merge(_ reader: ProtobufReader) throws(ProtobufError) {
        let (name, parameter) = try InferParameter.entry(reader)
        switch name {
        case "shared_memory_region": sharedMemoryRegion = parameter
        case "shared_memory_offset": sharedMemoryOffset = parameter
        case "shared_memory_byte_size": sharedMemoryByteSize = parameter
        case "classification": classification = parameter
        default: break
        }
    }
}
