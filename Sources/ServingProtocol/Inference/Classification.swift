public import InferenceTypes

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The classification extension: the largest elements of an output, as strings, in place of the output.
public enum Classification {
    /// More elements than this in one item are refused.
    public static let maximumElements = 1_000_000

    /// The `count` largest elements of each item of the batch, the largest first, of equal ones the first.
    ///
    /// - Parameters:
    ///   - batches: Whether the first dimension is that of the batch; otherwise the tensor is one item.
    ///   - label: The label of the element with that index within its item, or `nil`.
    /// - Returns: a `.bytes` tensor of shape `[count]`, or `[batch, count]`, with fewer than `count` if there are not as
    ///   many elements. Strings are `<value>:<index>` or `<value>:<index>:<label>`, with values as C prints them with `%f`
    ///   or `%d`.
    /// - Throws: `invalidArgument` for datatypes without an order and for tensors that are too large.
    public static func classify(
        _ tensor: Tensor, count: UInt64, batches: Bool, label: (Int) -> String?
    ) throws(ServingError) -> Tensor {
        let batchSize = batches ? Int(exactly: tensor.shape.dimensions.first ?? 0) ?? 0 : 0
        let itemShape = batchSize > 0 ? Shape(Array(tensor.shape.dimensions.dropFirst())) : tensor.shape
        guard let elementSize = tensor.dataType.byteSize, isOrdered(tensor.dataType) else {
            throw ServingError(
                .invalidArgument,
                "class result not available for output due to unsupported type '\(tensor.dataType.protocolName)'")
        }
        guard let itemCount = itemShape.elementCount, tensor.bytes.count == tensor.shape.byteCount(of: tensor.dataType)
        else {
            throw .outputSizeMismatch(tensor)
        }
        guard itemCount <= maximumElements else {
            throw ServingError(.invalidArgument, "classification output tensor too large")
        }
        let classCount = Int(min(count, UInt64(itemCount)))
        var encoded: [UInt8] = []
        tensor.bytes.withUnsafeBytes { memory in
            // A batch of items without elements is as long as its client likes.
            for item in 0..<(classCount > 0 ? max(batchSize, 1) : 0) {
                let start = item * itemCount * elementSize
                let bytes = UnsafeRawBufferPointer(rebasing: memory[start..<(start + itemCount * elementSize)])
                append(bytes, tensor.dataType, classCount, label, to: &encoded)
            }
        }
        let shape = Shape(batchSize > 0 ? [Int64(batchSize), Int64(classCount)] : [Int64(classCount)])
        return Tensor(name: tensor.name, dataType: .bytes, shape: shape, bytes: TensorBytes(copying: encoded))
    }

    private static func isOrdered(_ type: DataType) -> Bool {
        switch type {
        case .invalid, .bytes, .bool, .fp16, .bf16: false
        case .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .fp32, .fp64: true
        }
    }

    private static func append(
        _ item: UnsafeRawBufferPointer, _ type: DataType, _ count: Int, _ label: (Int) -> String?,
        to encoded: inout [UInt8]
    ) {
        switch type {
        case .invalid, .bytes, .bool, .fp16, .bf16: break
        case .uint8: append(item, as: UInt8.self, count, String.init, label, to: &encoded)
        case .uint16: append(item, as: UInt16.self, count, String.init, label, to: &encoded)
        case .uint32: append(item, as: UInt32.self, count, String.init, label, to: &encoded)
        case .uint64: append(item, as: UInt64.self, count, String.init, label, to: &encoded)
        case .int8: append(item, as: Int8.self, count, String.init, label, to: &encoded)
        case .int16: append(item, as: Int16.self, count, String.init, label, to: &encoded)
        case .int32: append(item, as: Int32.self, count, String.init, label, to: &encoded)
        case .int64: append(item, as: Int64.self, count, String.init, label, to: &encoded)
        case .fp32: append(item, as: Float.self, count, { fixedPoint(Double($0)) }, label, to: &encoded)
        case .fp64: append(item, as: Double.self, count, fixedPoint, label, to: &encoded)
        }
    }

    private static func append<Element: Comparable & BitwiseCopyable>(
        _ item: UnsafeRawBufferPointer, as _: Element.Type, _ count: Int, _ format: (Element) -> String,
        _ label: (Int) -> String?, to encoded: inout [UInt8]
    ) {
        let size = MemoryLayout<Element>.size
        func element(_ index: Int) -> Element { item.loadUnaligned(fromByteOffset: index * size, as: Element.self) }
        for index in largest(count, of: item.count / size, element) {
            var text = "\(format(element(index))):\(index)"
            if let label = label(index) { text += ":\(label)" }
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.utf8.count).littleEndian) {
                encoded.append(contentsOf: $0)
            }
            encoded.append(contentsOf: text.utf8)
        }
    }

    /// The indices of the `count` largest of `total` elements. NaN comes after every number.
    private static func largest<Element: Comparable>(
        _ count: Int, of total: Int, _ element: (Int) -> Element
    ) -> [Int] {
        func precedes(_ left: Int, _ right: Int) -> Bool {
            let (first, second) = (element(left), element(right))
            if first > second { return true }
            if first < second { return false }
            let (firstIsNumber, secondIsNumber) = (first == first, second == second)
            return firstIsNumber == secondIsNumber ? left < right : firstIsNumber
        }
        // A short list is kept sorted while passing over the elements; a long one is cheaper to sort as a whole.
        guard count <= 64 else { return Array((0..<total).sorted(by: precedes).prefix(count)) }
        var best: [Int] = []
        best.reserveCapacity(count + 1)
        for index in 0..<total where best.count < count || (best.last.map { precedes(index, $0) } ?? false) {
            let position = best.firstIndex { precedes(index, $0) } ?? best.count
            best.insert(index, at: position)
            if best.count > count { best.removeLast() }
        }
        return best
    }

    /// As C prints with `%f`: six digits after the point.
    private static func fixedPoint(_ value: Double) -> String {
        // 309 digits, a sign, a point, six digits and a NUL are the longest.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 352) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            let length = withVaList([value]) { vsnprintf(start, buffer.count, "%f", $0) }
            return String(
                decoding: UnsafeRawBufferPointer(start: start, count: min(max(Int(length), 0), buffer.count - 1)),
                as: UTF8.self)
        }
    }
}
