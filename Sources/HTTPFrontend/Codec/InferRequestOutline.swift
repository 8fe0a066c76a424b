import InferenceTypes
import JSONText
import ServingProtocol

/// Where the parts of an inference request's JSON lie. Making it checks the syntax of the whole text; of members with
/// the same name the first counts.
///
/// The data of an input whose datatype and shape came before it, the usual order, is decoded on the way, so that the text
/// is read once. Whatever is wrong with it is left for later: mistakes are reported in Triton's order.
struct InferRequestOutline {
    struct Input {
        var name: Int?
        var datatype: Int?
        var shape: Int?
        var parameters: Int?
        var data: Range<Int>?
        /// What `data` holds, if it was decoded on the way.
        var decodedData: TensorBytes?
    }

    enum Inputs {
        case missing
        case notAnArray
        /// An element that is not an object has no members.
        case array([Input])
    }

    private(set) var id: Int?
    private(set) var parameters: Int?
    private(set) var outputs: Int?
    private(set) var inputs = Inputs.missing
    /// Counts also what is beyond the limit and was not kept.
    private(set) var inputCount = 0
    /// After data that could not be decoded the request will most likely be refused.
    private var decodesData = true

    init(_ text: RequestJSONText, _ limits: InferRequestLimits) throws(JSONError) {
        var reader = JSONReader(text.bytes)
        if case .beginObject = try reader.next() {
            while case .name(let name) = try reader.next() {
                if case .missing = inputs, reader.string(name, equals: "inputs") {
                    try readInputs(&reader, text, limits)
                } else {
                    let start = try reader.skipValue()
                    record(name, start, reader)
                }
            }
        } else {
            try Self.skip(&reader, toDepth: 0)
        }
        _ = try reader.next()
    }

    private mutating func record(_ name: JSONStringRange, _ start: Int, _ reader: JSONReader) {
        if id == nil, reader.string(name, equals: "id") {
            id = start
        } else if parameters == nil, reader.string(name, equals: "parameters") {
            parameters = start
        } else if outputs == nil, reader.string(name, equals: "outputs") {
            outputs = start
        }
    }

    private mutating func readInputs(
        _ reader: inout JSONReader, _ text: RequestJSONText, _ limits: InferRequestLimits
    ) throws(JSONError) {
        let outerDepth = reader.depth
        guard case .beginArray = try reader.next() else {
            inputs = .notAnArray
            try Self.skip(&reader, toDepth: outerDepth)
            return
        }
        var list: [Input] = []
        while true {
            var input = Input()
            switch try reader.next() {
            case .endArray:
                inputs = .array(list)
                return
            case .beginObject:
                while case .name(let name) = try reader.next() {
                    if input.data == nil, reader.string(name, equals: "data") {
                        try readData(of: &input, &reader, text, limits)
                    } else {
                        input.record(name, try reader.skipValue(), reader)
                    }
                }
            default:
                try Self.skip(&reader, toDepth: outerDepth + 1)
            }
            if inputCount < limits.request.maximumTensors { list.append(input) }
            inputCount += 1
        }
    }

    private mutating func readData(
        of input: inout Input, _ reader: inout JSONReader, _ text: RequestJSONText, _ limits: InferRequestLimits
    ) throws(JSONError) {
        let start = reader.offset
        if decodesData, inputCount < limits.request.maximumTensors, let datatype = input.datatype,
            let shape = input.shape,
            let type = try? text.dataType(at: datatype),
            let shape = try? text.shape(at: shape, inputName: "", limits.request)
        {
            let decoder = JSONTensorDecoder(
                text: text, inputName: "", dataType: type, shape: shape, maximumByteCount: limits.maximumInputBytes)
            if decoder.hasElements {
                if let data = decoder.decodeNext(&reader) {
                    input.decodedData = data
                    input.data = start..<reader.offset
                    return
                }
                decodesData = false
            }
        }
        let valueStart = try reader.skipValue()
        input.data = valueStart..<reader.offset
    }

    private static func skip(_ reader: inout JSONReader, toDepth depth: Int) throws(JSONError) {
        while reader.depth > depth { _ = try reader.next() }
    }
}

extension InferRequestOutline.Input {
    fileprivate mutating func record(_ name: JSONStringRange, _ start: Int, _ reader: JSONReader) {
        if self.name == nil, reader.string(name, equals: "name") {
            self.name = start
        } else if shape == nil, reader.string(name, equals: "shape") {
            shape = start
        } else if datatype == nil, reader.string(name, equals: "datatype") {
            datatype = start
        } else if parameters == nil, reader.string(name, equals: "parameters") {
            parameters = start
        }
    }
}
