import InferenceTypes

/// Joins the tensors of several requests into the arguments of one call.
struct InputGatherer: Sendable {
    var bindings: [InputBinding]
    /// The module may write to its inputs, whose memory can belong to others too: it gets copies.
    var mustCopy: Bool

    /// Whether two requests can be joined along the first dimension of their inputs. A number holds for a whole call.
    func canJoin(_ first: InferenceRequest, _ second: InferenceRequest) -> Bool {
        bindings.allSatisfy { binding in
            if binding.isNumber { return false }
            return switch (first.tensor(named: binding.name), second.tensor(named: binding.name)) {
            case (nil, nil): true
            case (let a?, let b?):
                a.dataType == b.dataType && a.shape.rank == b.shape.rank && a.shape.rank > 0
                    && a.shape.dimensions.dropFirst() == b.shape.dimensions.dropFirst()
            default: false
            }
        }
    }

    /// One argument for each binding that the requests have a tensor for.
    func arguments(for requests: ArraySlice<InferenceRequest>) throws(ServingError) -> [ForwardArgument] {
        var arguments: [ForwardArgument] = []
        arguments.reserveCapacity(bindings.count)
        for binding in bindings {
            let tensors = requests.compactMap { $0.tensor(named: binding.name) }
            guard let first = tensors.first else { continue }
            for tensor in tensors { try check(tensor, binding) }
            let shape = try joinedShape(tensors, first, binding)
            let bytes = tensors.count == 1 ? readable(first.bytes, binding) : joined(tensors)
            arguments.append(
                ForwardArgument(
                    index: binding.argument, key: binding.key, scalarType: binding.scalarType, shape: shape,
                    bytes: bytes))
        }
        return arguments
    }

    private func check(_ tensor: Tensor, _ binding: InputBinding) throws(ServingError) {
        guard let type = binding.scalarType else {
            guard tensor.dataType == .bytes else { throw mismatch(tensor, expected: .bytes) }
            return
        }
        guard tensor.dataType == type.dataType else { throw mismatch(tensor, expected: type.dataType) }
        guard tensor.shape.byteCount(of: type.dataType) == tensor.bytes.count else {
            throw ServingError(
                .invalidArgument,
                "input '\(tensor.name)' has \(tensor.bytes.count) bytes, which is not what shape \(tensor.shape) of "
                    + "\(tensor.dataType.protocolName) needs")
        }
        guard !binding.isNumber || tensor.shape.elementCount == 1 else {
            throw ServingError(
                .invalidArgument,
                "input '\(tensor.name)' has shape \(tensor.shape); the model takes one number for a whole call, so that a "
                    + "request must have exactly one element (a batch size of 1)")
        }
    }

    private func mismatch(_ tensor: Tensor, expected: DataType) -> ServingError {
        ServingError(
            .invalidArgument,
            "input '\(tensor.name)' has datatype \(tensor.dataType.protocolName), expected \(expected.protocolName)")
    }

    private func joinedShape(
        _ tensors: [Tensor], _ first: Tensor, _ binding: InputBinding
    ) throws(ServingError) -> Shape {
        guard tensors.count > 1 else { return first.shape }
        var shape = first.shape
        var rows: Int64 = 0
        for tensor in tensors {
            let (sum, overflow) = rows.addingReportingOverflow(tensor.shape.dimensions[0])
            guard !overflow else {
                throw ServingError(.invalidArgument, "input '\(binding.name)' is too large")
            }
            rows = sum
        }
        shape.dimensions[0] = rows
        return shape
    }

    private func readable(_ bytes: TensorBytes, _ binding: InputBinding) -> TensorBytes {
        let alignment = binding.scalarType?.dataType.byteSize ?? 1
        let mustCopyThis = mustCopy && binding.scalarType != nil
        guard mustCopyThis || !bytes.isAligned(to: alignment) else { return bytes }
        return bytes.withUnsafeBytes { source in
            let copy = TensorBuffer(byteCount: source.count)
            copy.bytes.copyMemory(from: source)
            return TensorBytes(copy)
        }
    }

    private func joined(_ tensors: [Tensor]) -> TensorBytes {
        let buffer = TensorBuffer(byteCount: tensors.reduce(0) { $0 + $1.bytes.count })
        var offset = 0
        for tensor in tensors {
            tensor.bytes.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[offset..<(offset + source.count)])
                    .copyMemory(from: source)
            }
            offset += tensor.bytes.count
        }
        return TensorBytes(buffer)
    }
}

extension InferenceRequest {
    func tensor(named name: String) -> Tensor? { inputs.first { $0.name == name } }
}
