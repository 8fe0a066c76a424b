import InferenceTypes

extension TensorContents {
    /// The elements of one kind as the data of a tensor.
    ///
    /// - Parameters:
    ///   - type: a datatype that the field can hold; numbers are cut to its size.
    ///   - input: the message of the input with these contents, which has been checked.
    func elements(
        _ field: Field, as type: DataType, ofInput input: ProtobufReader
    ) throws(ProtobufError) -> TensorBytes {
        let buffer = TensorBuffer(byteCount: byteCount(field, as: type))
        var writer = ElementWriter(field: field, elementSize: type.byteSize ?? 0, memory: buffer.bytes)
        var input = input
        while !input.isAtEnd {
            let tag = try input.tag()
            if tag == ProtobufTag.bytes(InferRequestMessage.Input.contentsField) {
                try writer.write(input.message(try input.range()))
            } else {
                try input.skip(tag)
            }
        }
        return TensorBytes(buffer)
    }
}

/// Writes elements one after the other, never beyond the end of the memory.
private struct ElementWriter {
    let field: TensorContents.Field
    let elementSize: Int
    let memory: UnsafeMutableRawBufferPointer
    private var offset = 0

    init(field: TensorContents.Field, elementSize: Int, memory: UnsafeMutableRawBufferPointer) {
        self.field = field
        self.elementSize = elementSize
        self.memory = memory
    }

    mutating func write(_ contents: ProtobufReader) throws(ProtobufError) {
        var contents = contents
        while !contents.isAtEnd {
            let tag = try contents.tag()
            guard tag >> 3 == field.rawValue else {
                try contents.skip(tag)
                continue
            }
            switch (field, tag & 7) {
            case (.strings, 2): append(string: try contents.range(), of: contents)
            case (.floats, 2), (.doubles, 2): append(try contents.range(), of: contents)
            case (.floats, 5):
                try contents.skip(tag)
                append(contents.position - 4..<contents.position, of: contents)
            case (.doubles, 1):
                try contents.skip(tag)
                append(contents.position - 8..<contents.position, of: contents)
            case (.bools, 0), (.ints, 0), (.int64s, 0), (.uints, 0), (.uint64s, 0):
                append(number: try contents.varint())
            case (.bools, 2), (.ints, 2), (.int64s, 2), (.uints, 2), (.uint64s, 2):
                var packed = contents.message(try contents.range())
                while !packed.isAtEnd { append(number: try packed.varint()) }
            default: try contents.skip(tag)
            }
        }
    }

    private mutating func append(number: UInt64) {
        guard elementSize <= memory.count - offset else { return }
        let value = field == .bools ? (number == 0 ? 0 : 1) : number
        switch elementSize {
        case 1: memory.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: offset, as: UInt8.self)
        case 2:
            let element = UInt16(truncatingIfNeeded: value).littleEndian
            memory.storeBytes(of: element, toByteOffset: offset, as: UInt16.self)
        case 4:
            let element = UInt32(truncatingIfNeeded: value).littleEndian
            memory.storeBytes(of: element, toByteOffset: offset, as: UInt32.self)
        default: memory.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
        }
        offset += elementSize
    }

    private mutating func append(_ range: Range<Int>, of contents: ProtobufReader) {
        guard range.count <= memory.count - offset else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: contents.bytes[range])
        UnsafeMutableRawBufferPointer(rebasing: memory[offset...]).copyMemory(from: bytes)
        offset += range.count
    }

    private mutating func append(string range: Range<Int>, of contents: ProtobufReader) {
        guard range.count <= UInt32.max, range.count + BytesElements.lengthSize <= memory.count - offset else { return }
        offset += BytesElements.write(
            UnsafeRawBufferPointer(rebasing: contents.bytes[range]),
            to: UnsafeMutableRawBufferPointer(rebasing: memory[offset...]))
    }
}
