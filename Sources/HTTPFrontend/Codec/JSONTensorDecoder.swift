import InferenceTypes
import JSONText

/// Decodes the `data` of one JSON tensor: nested arrays whose leaves, in their order, are the elements.
///
/// How the arrays are nested does not matter. Integers wrap to the width of the datatype. Iterative, so depth costs nothing.
struct JSONTensorDecoder {
    let text: RequestJSONText
    let inputName: String
    let dataType: DataType
    let shape: Shape
    let maximumByteCount: Int
    /// Whether one element may stand without an array.
    var allowsScalar = false

    /// As in Triton, data that no element belongs to is not looked at.
    var hasElements: Bool { shape.rank > 0 && !shape.dimensions.contains(0) }

    /// Decodes the next value of `reader`, whose syntax is checked at the same time.
    ///
    /// - Returns: `nil` if anything is wrong with it. Then the reader has not moved, and `decode` tells what it is.
    func decodeNext(_ reader: inout JSONReader) -> TensorBytes? {
        if dataType == .bytes { return decodeStrings(&reader) }
        guard let element = JSONElement(dataType), let count = try? checkedElementCount() else { return nil }
        return decodeElements(element, count, &reader)
    }

    /// - Parameter range: Where the value of `data` lies in the text, which is valid JSON.
    func decode(_ range: Range<Int>) throws(ServingError) -> TensorBytes {
        guard hasElements else { return .empty }
        let isArray = if case .beginArray = text.token(at: range.lowerBound) { true } else { false }
        guard isArray || allowsScalar else {
            throw RequestJSONText.Mismatch.array.error("Unable to parse 'data'")
        }
        if dataType == .bytes { return try decodeStrings(range) }
        let count = try checkedElementCount()
        if isArray, let element = JSONElement(dataType) {
            var reader = text.reader(at: range.lowerBound)
            if let data = decodeElements(element, count, &reader) { return data }
        }
        switch dataType {
        case .invalid, .bytes: throw ServingError(.invalidArgument, "invalid datatype for input \(inputName)")
        case .fp16, .bf16:
            throw ServingError(
                .invalidArgument,
                "receiving \(dataType.protocolName) data via JSON is not supported. Please use the binary data format for "
                    + "input \(inputName)")
        case .bool: return try decodeBooleans(range, count)
        case .uint8:
            return try decodeNumbers(range, count, .unsignedInteger) { $0.uint64.map(UInt8.init(truncatingIfNeeded:)) }
        case .uint16:
            return try decodeNumbers(range, count, .unsignedInteger) { $0.uint64.map(UInt16.init(truncatingIfNeeded:)) }
        case .uint32:
            return try decodeNumbers(range, count, .unsignedInteger) { $0.uint64.map(UInt32.init(truncatingIfNeeded:)) }
        case .uint64: return try decodeNumbers(range, count, .unsignedInteger) { $0.uint64 }
        case .int8:
            return try decodeNumbers(range, count, .signedInteger) { $0.int64.map(Int8.init(truncatingIfNeeded:)) }
        case .int16:
            return try decodeNumbers(range, count, .signedInteger) { $0.int64.map(Int16.init(truncatingIfNeeded:)) }
        case .int32:
            return try decodeNumbers(range, count, .signedInteger) { $0.int64.map(Int32.init(truncatingIfNeeded:)) }
        case .int64: return try decodeNumbers(range, count, .signedInteger) { $0.int64 }
        case .fp32: return try decodeNumbers(range, count, .number) { $0.float }
        case .fp64: return try decodeNumbers(range, count, .number) { $0.double }
        }
    }

    private func checkedElementCount() throws(ServingError) -> Int {
        guard let count = shape.elementCount else {
            throw ServingError(
                .invalidArgument,
                "invalid shape for input '\(inputName)': shape \(shape) causes total element count to exceed maximum size of "
                    + "\(Int64.max)")
        }
        let elementSize = dataType.byteSize ?? 0
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: elementSize)
        guard !overflow else {
            throw ServingError(
                .invalidArgument,
                "byte size overflow for input '\(inputName)': element count (\(count)) * data type size (\(elementSize)) "
                    + "exceeds maximum allowed size (\(Int64.max))")
        }
        try checkByteCount(byteCount)
        return count
    }

    private func checkByteCount(_ byteCount: Int) throws(ServingError) {
        guard byteCount <= maximumByteCount else {
            throw ServingError(
                .invalidArgument,
                "JSON input '\(inputName)' has a byte_size (\(byteCount) bytes) that exceeds the maximum allowed value of "
                    + "\(maximumByteCount) bytes. Use --http-max-input-size to increase the limit.")
        }
    }

    private func decodeElements(_ element: JSONElement, _ count: Int, _ reader: inout JSONReader) -> TensorBytes? {
        // Every element takes two characters at least, its separator included.
        guard count <= (reader.bytes.count - reader.offset) / 2 else { return nil }
        let buffer = TensorBuffer(byteCount: count * (dataType.byteSize ?? 0))
        var attempt = reader
        guard attempt.readElements(element, into: buffer.bytes) == count else { return nil }
        reader = attempt
        return TensorBytes(buffer)
    }

    private static let wrongCount = ServingError(
        .internal, "Unable to parse 'data': Shape does not match true shape of 'data' field")

    private func decodeBooleans(_ range: Range<Int>, _ count: Int) throws(ServingError) -> TensorBytes {
        try decodeLeaves(range, count, .boolean) { token -> UInt8? in
            if case .bool(let value) = token { value ? 1 : 0 } else { nil }
        }
    }

    private func decodeNumbers<Element: BitwiseCopyable>(
        _ range: Range<Int>, _ count: Int, _ expected: RequestJSONText.Mismatch, _ convert: (JSONNumber) -> Element?
    ) throws(ServingError) -> TensorBytes {
        try decodeLeaves(range, count, expected) { token in
            if case .number(let number) = token { convert(number) } else { nil }
        }
    }

    @inline(__always)
    private func decodeLeaves<Element: BitwiseCopyable>(
        _ range: Range<Int>, _ count: Int, _ expected: RequestJSONText.Mismatch,
        _ convert: (JSONReader.Token) -> Element?
    ) throws(ServingError) -> TensorBytes {
        let size = MemoryLayout<Element>.size
        // Every leaf takes two characters at least, its separator included.
        let buffer = TensorBuffer(byteCount: min(count, range.count / 2 + 1) * size)
        let memory = buffer.bytes
        var written = 0
        var reader = text.reader(at: range.lowerBound)
        while let token = try? reader.next() {
            switch token {
            case .beginArray: continue
            case .endArray:
                if reader.depth > 0 { continue }
                guard written == count else { throw Self.wrongCount }
                return TensorBytes(buffer)
            case .name, .endObject, .end: throw Self.wrongCount
            case .beginObject, .string, .number, .bool, .null:
                guard written < count, (written + 1) * size <= memory.count else { throw Self.wrongCount }
                guard let element = convert(token) else { throw expected.error("Unable to parse 'data'") }
                memory.storeBytes(of: element, toByteOffset: written * size, as: Element.self)
                written += 1
                if reader.depth == 0 {
                    guard written == count else { throw Self.wrongCount }
                    return TensorBytes(buffer)
                }
            }
        }
        throw Self.wrongCount
    }

    private func decodeStrings(_ reader: inout JSONReader) -> TensorBytes? {
        var attempt = reader
        guard case .beginArray? = try? attempt.next() else { return nil }
        var elements = BytesElementsBuffer()
        while attempt.depth > reader.depth {
            switch try? attempt.next() {
            case .beginArray, .endArray: continue
            case .string(let string):
                guard string.unescapedCount <= maximumByteCount - elements.byteCount - BytesElements.lengthSize,
                    let length = UInt32(exactly: string.unescapedCount)
                else { return nil }
                attempt.copyUnescaped(string, to: elements.append(length))
            default: return nil
            }
        }
        reader = attempt
        return elements.bytes
    }

    private func decodeStrings(_ range: Range<Int>) throws(ServingError) -> TensorBytes {
        var byteCount = 0
        try forEachString(range) { string, _ throws(ServingError) in
            guard string.unescapedCount <= UInt32.max else {
                throw ServingError(.invalidArgument, "a string of input '\(inputName)' is longer than 4294967295 bytes")
            }
            byteCount += BytesElements.lengthSize + string.unescapedCount
        }
        try checkByteCount(byteCount)
        let buffer = TensorBuffer(byteCount: byteCount)
        var offset = 0
        try forEachString(range) { string, reader throws(ServingError) in
            buffer.bytes.storeBytes(
                of: UInt32(truncatingIfNeeded: string.unescapedCount).littleEndian, toByteOffset: offset,
                as: UInt32.self)
            offset += BytesElements.lengthSize
            reader.copyUnescaped(string, to: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[offset...]))
            offset += string.unescapedCount
        }
        return TensorBytes(buffer)
    }

    private func forEachString(
        _ range: Range<Int>, _ body: (JSONStringRange, JSONReader) throws(ServingError) -> Void
    ) throws(ServingError) {
        var reader = text.reader(at: range.lowerBound)
        while let token = try? reader.next() {
            switch token {
            case .beginArray: continue
            case .endArray: if reader.depth == 0 { return }
            case .string(let string):
                try body(string, reader)
                if reader.depth == 0 { return }
            default: throw RequestJSONText.Mismatch.string.error("Unable to parse JSON bytes array")
            }
        }
    }
}
