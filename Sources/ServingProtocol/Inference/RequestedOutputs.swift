public import InferenceEngine
public import InferenceTypes

/// The outputs that a request lists, and what becomes of a response because of it.
public struct RequestedOutputs: Sendable {
    public private(set) var list: [RequestedOutput] = []
    /// Whether responses are sent as the model gave them.
    public private(set) var isPlain = true

    public init() {}

    public mutating func append(_ output: RequestedOutput) {
        list.append(output)
        if output.classCount > 0 || output.sharedMemory != nil { isPlain = false }
    }

    /// Of an output listed twice the first counts; `nil` for one that is not listed.
    public subscript(name: String) -> RequestedOutput? { list.first { $0.name == name } }

    /// Whether the output goes to shared memory; then the response tells its name, datatype and shape only.
    public func isInSharedMemory(_ name: String) -> Bool {
        !isPlain && self[name]?.sharedMemory != nil
    }

    /// Makes a response what is to be sent: the largest classes in place of outputs that are wanted so, and no bytes of
    /// those outputs that it writes to shared memory. Called on the thread that has the response; copies outputs once.
    public func prepare(_ response: inout InferenceResponse, of servable: any Servable) throws(ServingError) {
        guard !isPlain else { return }
        try prepare(&response, batches: servable.isBatching) { servable.label(output: $0, index: $1) }
    }

    /// - Parameter batches: whether the first dimension of outputs is that of the batch.
    public func prepare(
        _ response: inout InferenceResponse, batches: Bool, label: (_ output: String, _ index: Int) -> String?
    ) throws(ServingError) {
        for index in response.outputs.indices {
            let tensor = response.outputs[index]
            guard let wanted = self[tensor.name] else { continue }
            if wanted.classCount > 0 {
                response.outputs[index] = try Classification.classify(
                    tensor, count: wanted.classCount, batches: batches, label: { label(tensor.name, $0) })
            } else if let range = wanted.sharedMemory {
                try Self.write(tensor, to: range)
                response.outputs[index].bytes = .empty
            }
        }
    }

    private static func write(_ tensor: Tensor, to range: SharedMemoryRange) throws(ServingError) {
        guard tensor.bytes.count <= range.byteCount else {
            throw ServingError(
                .internal,
                "shared memory size specified with the request for output '\(tensor.name)' (\(range.byteCount) bytes) should "
                    + "be at least \(tensor.bytes.count) bytes to hold the results")
        }
        try tensor.bytes.withUnsafeBytes { bytes throws(ServingError) in try range.write(bytes) }
    }
}
