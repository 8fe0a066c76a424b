import JSONText

/// Where the parts of an inference request's JSON lie. Making it checks the syntax of the whole text; of members with
/// the same name the first counts.
struct InferRequestOutline {
    struct Input {
        var name: Int?
        var datatype: Int?
        var shape: Int?
        var parameters: Int?
        var data: Range<Int>?
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

    init(_ bytes: UnsafeRawBufferPointer, maximumInputs: Int) throws(JSONError) {
        var reader = JSONReader(bytes)
        if case .beginObject = try reader.next() {
            while case .name(let name) = try reader.next() {
                if case .missing = inputs, reader.string(name, equals: "inputs") {
                    try readInputs(&reader, maximumInputs: maximumInputs)
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

    private mutating func readInputs(_ reader: inout JSONReader, maximumInputs: Int) throws(JSONError) {
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
                    let start = try reader.skipValue()
                    input.record(name, start..<reader.offset, reader)
                }
            default:
                try Self.skip(&reader, toDepth: outerDepth + 1)
            }
            if inputCount < maximumInputs { list.append(input) }
            inputCount += 1
        }
    }

    private static func skip(_ reader: inout JSONReader, toDepth depth: Int) throws(JSONError) {
        while reader.depth > depth { _ = try reader.next() }
    }
}

extension InferRequestOutline.Input {
    fileprivate mutating func record(_ name: JSONStringRange, _ range: Range<Int>, _ reader: JSONReader) {
        if data == nil, reader.string(name, equals: "data") {
            data = range
        } else if self.name == nil, reader.string(name, equals: "name") {
            self.name = range.lowerBound
        } else if shape == nil, reader.string(name, equals: "shape") {
            shape = range.lowerBound
        } else if datatype == nil, reader.string(name, equals: "datatype") {
            datatype = range.lowerBound
        } else if parameters == nil, reader.string(name, equals: "parameters") {
            parameters = range.lowerBound
        }
    }
}
