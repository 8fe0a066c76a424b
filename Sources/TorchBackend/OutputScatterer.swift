import BackendAPI
import InferenceTypes

/// Cuts the values that one call returned into the answers of its requests, without copying.
struct OutputScatterer: Sendable {
    var bindings: [OutputBinding]

    /// - Parameter rows: how many rows of the first dimension belong to each request; `nil` gives all to the only one.
    /// - Returns: an answer for each request, in their order.
    func answers(
        from result: ForwardResult, for requests: ArraySlice<InferenceRequest>, rows: [Int]?
    ) throws(ServingError) -> [ExecutionAnswer] {
        let values = result.values
        var outputs = Array(repeating: [Tensor](), count: requests.count)
        for binding in bindings {
            let isWanted = requests.map { $0.requestedOutputs.isEmpty || $0.requestedOutputs.contains(binding.name) }
            guard isWanted.contains(true) else { continue }
            let value = try binding.find(in: values)
            let parts = try rows.map { (rows) throws(ServingError) in try split(value, rows, binding) } ?? [value]
            for (index, part) in parts.enumerated() where isWanted[index] {
                outputs[index].append(
                    Tensor(name: binding.name, dataType: binding.dataType, shape: part.shape, bytes: part.bytes))
            }
        }
        return outputs.map { ExecutionAnswer(outputs: $0) }
    }

    private func split(
        _ value: ForwardResult.Value, _ rows: [Int], _ binding: OutputBinding
    ) throws(ServingError) -> [ForwardResult.Value] {
        let total = rows.reduce(0, +)
        guard value.shape.dimensions[0] == Int64(total) else {
            throw ServingError(
                .internal,
                "output '\(binding.name)' has shape \(value.shape) for a batch of \(total); its first dimension must be the batch "
                    + "size. Set max_batch_size to 0 if this model does not batch")
        }
        let rowBytes = total > 0 ? value.bytes.count / total : 0
        var parts: [ForwardResult.Value] = []
        var start = 0
        for count in rows {
            var part = value
            part.shape.dimensions[0] = Int64(count)
            let range =
                if let offsets = value.stringOffsets { offsets[start]..<offsets[start + count] } else {
                    (start * rowBytes)..<((start + count) * rowBytes)
                }
            part.bytes = value.bytes.slice(range)
            part.stringOffsets = nil
            parts.append(part)
            start += count
        }
        return parts
    }
}
