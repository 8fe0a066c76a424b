import InferenceTypes

/// Turns elements into the bytes of the binary tensor extension and back: little-endian, and for `BYTES` a 4-byte length
/// before each element.
enum TensorCodec {
    /// - Throws: `InputError` naming the first element that `dataType` cannot hold.
    static func encode(_ elements: TensorElements, as dataType: DataType) throws(InputError) -> [UInt8] {
        guard elements.count > 0 else { return [] }
        switch dataType {
        case .invalid: throw InputError("the datatype is unknown")
        case .bytes: return try encodeStrings(elements)
        case .bool: return try integers(elements, UInt8.self, name: "BOOL", upTo: 1)
        case .uint8: return try integers(elements, UInt8.self, name: "UINT8")
        case .uint16: return try integers(elements, UInt16.self, name: "UINT16")
        case .uint32: return try integers(elements, UInt32.self, name: "UINT32")
        case .uint64: return try integers(elements, UInt64.self, name: "UINT64")
        case .int8: return try integers(elements, Int8.self, name: "INT8")
        case .int16: return try integers(elements, Int16.self, name: "INT16")
        case .int32: return try integers(elements, Int32.self, name: "INT32")
        case .int64: return try integers(elements, Int64.self, name: "INT64")
        case .fp16: return try reals(elements, dataType) { HalfPrecision.binary16(Float($0)) }
        case .bf16: return try reals(elements, dataType) { HalfPrecision.bfloat16(Float($0)) }
        case .fp32: return try reals(elements, dataType) { Float($0).bitPattern }
        case .fp64: return try reals(elements, dataType) { $0.bitPattern }
        }
    }

    /// - Throws: `InputError` when the bytes are not `count` elements of the type.
    static func decode(
        _ bytes: ArraySlice<UInt8>, as dataType: DataType, count: Int
    ) throws(InputError) -> TensorElements {
        if dataType == .bytes { return .strings(try decodeStrings(bytes, count: count)) }
        guard let size = dataType.byteSize, bytes.count.isMultiple(of: size), bytes.count / size == count else {
            throw InputError("\(bytes.count) bytes are not \(count) elements of \(dataType.protocolName)")
        }
        func words<Word: FixedWidthInteger & UnsignedInteger>(_: Word.Type) -> [Word] {
            (0..<count).map {
                let start = bytes.startIndex + $0 * size
                return Word(littleEndianBytes: bytes[start..<start + size])
            }
        }
        switch dataType {
        case .invalid, .bytes: throw InputError("the datatype is unknown")
        case .bool: return .booleans(bytes.map { $0 != 0 })
        case .uint8: return .unsigned(bytes.map { UInt64($0) })
        case .uint16: return .unsigned(words(UInt16.self).map { UInt64($0) })
        case .uint32: return .unsigned(words(UInt32.self).map { UInt64($0) })
        case .uint64: return .unsigned(words(UInt64.self))
        case .int8: return .signed(bytes.map { Int64(Int8(bitPattern: $0)) })
        case .int16: return .signed(words(UInt16.self).map { Int64(Int16(bitPattern: $0)) })
        case .int32: return .signed(words(UInt32.self).map { Int64(Int32(bitPattern: $0)) })
        case .int64: return .signed(words(UInt64.self).map { Int64(bitPattern: $0) })
        case .fp16: return .reals(words(UInt16.self).map { Double(HalfPrecision.value(binary16: $0)) })
        case .bf16: return .reals(words(UInt16.self).map { Double(HalfPrecision.value(bfloat16: $0)) })
        case .fp32: return .reals(words(UInt32.self).map { Double(Float(bitPattern: $0)) })
        case .fp64: return .reals(words(UInt64.self).map { Double(bitPattern: $0) })
        }
    }

    private static func integers<Integer: FixedWidthInteger>(
        _ elements: TensorElements, _ type: Integer.Type, name: String, upTo limit: Integer = .max
    ) throws(InputError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(elements.count * Integer.bitWidth / 8)
        func append(_ number: Integer?, _ text: @autoclosure () -> String) throws(InputError) {
            guard let number, number <= limit else { throw InputError("\(text()) is no \(name)") }
            appendBytes(of: number, to: &bytes)
        }
        switch elements {
        case .booleans(let values): for value in values { try append(value ? 1 : 0, "\(value)") }
        case .signed(let values): for value in values { try append(Integer(exactly: value), "\(value)") }
        case .unsigned(let values): for value in values { try append(Integer(exactly: value), "\(value)") }
        case .reals(let values): for value in values { try append(Integer(exactly: value), "\(value)") }
        case .strings: throw InputError("strings cannot fill an input of \(name)")
        }
        return bytes
    }

    private static func reals<Word: FixedWidthInteger>(
        _ elements: TensorElements, _ dataType: DataType, _ convert: (Double) -> Word
    ) throws(InputError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(elements.count * Word.bitWidth / 8)
        switch elements {
        case .booleans(let values): for value in values { appendBytes(of: convert(value ? 1 : 0), to: &bytes) }
        case .signed(let values): for value in values { appendBytes(of: convert(Double(value)), to: &bytes) }
        case .unsigned(let values): for value in values { appendBytes(of: convert(Double(value)), to: &bytes) }
        case .reals(let values): for value in values { appendBytes(of: convert(value), to: &bytes) }
        case .strings: throw InputError("strings cannot fill an input of \(dataType.protocolName)")
        }
        return bytes
    }

    private static func encodeStrings(_ elements: TensorElements) throws(InputError) -> [UInt8] {
        guard case .strings(let values) = elements else {
            throw InputError("\(elements.kindName) cannot fill an input of BYTES; give strings")
        }
        var bytes: [UInt8] = []
        for value in values {
            guard let length = UInt32(exactly: value.count) else {
                throw InputError("an element of \(value.count) bytes is longer than BYTES allows (4 GiB)")
            }
            appendBytes(of: length, to: &bytes)
            bytes += value
        }
        return bytes
    }

    private static func decodeStrings(_ bytes: ArraySlice<UInt8>, count: Int) throws(InputError) -> [[UInt8]] {
        var reader = ByteReader(bytes)
        var values: [[UInt8]] = []
        while reader.remaining > 0 {
            guard let length = reader.integer(UInt32.self), let value = reader.read(Int(length)) else {
                throw InputError("the bytes of a BYTES tensor end inside element \(values.count)")
            }
            values.append(Array(value))
        }
        guard values.count == count else {
            throw InputError("a BYTES tensor holds \(values.count) elements where its shape says \(count)")
        }
        return values
    }

    private static func appendBytes(of number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
