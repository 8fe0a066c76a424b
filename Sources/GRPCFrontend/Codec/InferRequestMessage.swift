import InferenceTypes
import ServingProtocol

/// The message `ModelInferRequest`, read in one pass over its bytes: tensor data stays where it is.
///
/// Fields that are not known, or have another wire type than theirs, are passed over. Of a field that should be there
/// once the last counts, as protocol buffers demand. What exceeds the limits is checked and counted, but not kept.
struct InferRequestMessage: Sendable {
    struct Parameter: Sendable, Hashable {
        var name: String
        var parameter: InferParameter
    }

    struct Input: Sendable {
        /// The number of the field `contents`.
        static let contentsField: UInt32 = 5

        var name = ""
        /// `.invalid` when the name is that of no datatype.
        var dataType = DataType.invalid
        var dimensions: [Int64] = []
        /// May be more than the limit, and so more than `dimensions`.
        var rank = 0
        var parameters = TensorParameters()
        var contents: TensorContents?
        /// Where the message of this input lies.
        let range: Range<Int>
    }

    struct Output: Sendable, Hashable {
        var name = ""
        var parameters = TensorParameters()
    }

    private(set) var modelName = ""
    private(set) var modelVersion = ""
    private(set) var id = ""
    /// As they came: there may be several of one name, of which the last counts.
    private(set) var parameters: [Parameter] = []
    private(set) var parameterCount = 0
    private(set) var inputs: [Input] = []
    private(set) var inputCount = 0
    private(set) var outputs: [Output] = []
    private(set) var outputCount = 0
    /// Where the entries of `raw_input_contents` lie, as many as there may be inputs.
    private(set) var rawInputs: [Range<Int>] = []

    private let limits: RequestLimits

    /// - Throws: when a protocol buffer library would not read the bytes either.
    init(_ bytes: UnsafeRawBufferPointer, limits: RequestLimits = RequestLimits()) throws(ProtobufError) {
        self.limits = limits
        var reader = ProtobufReader(bytes)
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case ProtobufTag.bytes(1): modelName = try reader.string()
            case ProtobufTag.bytes(2): modelVersion = try reader.string()
            case ProtobufTag.bytes(3): id = try reader.string()
            case ProtobufTag.bytes(4): try readParameter(reader.message(try reader.range()))
            case ProtobufTag.bytes(5): try readInput(reader, try reader.range())
            case ProtobufTag.bytes(6): try readOutput(reader.message(try reader.range()))
            case ProtobufTag.bytes(Self.rawInputContentsField):
                let range = try reader.range()
                if rawInputs.count < limits.maximumTensors { rawInputs.append(range) }
            default: try reader.skip(tag)
            }
        }
    }

    private mutating func readParameter(_ reader: ProtobufReader) throws(ProtobufError) {
        let (name, parameter) = try InferParameter.entry(reader)
        if parameterCount < limits.maximumParameters { parameters.append(Parameter(name: name, parameter: parameter)) }
        parameterCount += 1
    }

    private mutating func readInput(_ outer: ProtobufReader, _ range: Range<Int>) throws(ProtobufError) {
        let input = try Input(outer.message(range), range, maximumRank: limits.maximumRank)
        if inputCount < limits.maximumTensors { inputs.append(input) }
        inputCount += 1
    }

    private mutating func readOutput(_ reader: ProtobufReader) throws(ProtobufError) {
        let output = try Output(reader)
        if outputCount < limits.maximumTensors { outputs.append(output) }
        outputCount += 1
    }
}

extension InferRequestMessage.Input {
    fileprivate init(
        _ reader: ProtobufReader, _ range: Range<Int>, maximumRank: Int
    ) throws(ProtobufError) {
        self.range = range
        var reader = reader
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case ProtobufTag.bytes(1): name = try reader.string()
            case ProtobufTag.bytes(2): dataType = try reader.dataType()
            case ProtobufTag.varint(3): append(try reader.varint(), maximumRank)
            case ProtobufTag.bytes(3): try appendPacked(reader.message(try reader.range()), maximumRank)
            case ProtobufTag.bytes(4): try parameters.merge(reader.message(try reader.range()))
            case ProtobufTag.bytes(Self.contentsField):
                var merged = contents ?? TensorContents()
                try merged.merge(reader.message(try reader.range()))
                contents = merged
            default: try reader.skip(tag)
            }
        }
    }

    private mutating func append(_ dimension: UInt64, _ maximumRank: Int) {
        if rank < maximumRank { dimensions.append(Int64(bitPattern: dimension)) }
        rank += 1
    }

    private mutating func appendPacked(_ reader: ProtobufReader, _ maximumRank: Int) throws(ProtobufError) {
        var reader = reader
        dimensions.reserveCapacity(min(dimensions.count + reader.end - reader.position, maximumRank))
        while !reader.isAtEnd { append(try reader.varint(), maximumRank) }
    }
}

extension InferRequestMessage.Output {
    fileprivate init(_ reader: ProtobufReader) throws(ProtobufError) {
        var reader = reader
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case ProtobufTag.bytes(1): name = try reader.string()
            case ProtobufTag.bytes(2): try parameters.merge(reader.message(try reader.range()))
            default: try reader.skip(tag)
            }
        }
    }
}
