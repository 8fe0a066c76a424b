/// A parsed JSON document, for control paths. Numbers are kept apart as RapidJSON does: what fits in `Int64`, integers
/// above that which fit in `UInt64`, and all others as doubles.
public indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    /// Members keep their order; a name may occur more than once.
    case object([Member])

    public struct Member: Sendable, Hashable {
        public var name: String
        public var value: JSONValue

        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Parses UTF-8 text. `NaN`, `Inf` and `Infinity` are numbers; bytes that are not UTF-8 become U+FFFD.
    ///
    /// - Parameter maximumDepth: how many arrays and objects may be nested.
    public init(parsing bytes: UnsafeRawBufferPointer, maximumDepth: Int = 100) throws(JSONError) {
        var reader = JSONReader(bytes)
        var builder = Builder()
        while true {
            let token = try reader.next()
            if reader.depth > maximumDepth {
                throw JSONError(
                    message: "Arrays and objects are nested more than \(maximumDepth) levels deep.",
                    offset: reader.offset - 1)
            }
            if case .end = token { break }
            builder.add(token, from: reader)
        }
        self = builder.root
    }

    public init(parsing text: String, maximumDepth: Int = 100) throws(JSONError) {
        var text = text
        let result: Result<JSONValue, JSONError> = text.withUTF8 { utf8 in
            Result { () throws(JSONError) in
                try JSONValue(parsing: UnsafeRawBufferPointer(utf8), maximumDepth: maximumDepth)
            }
        }
        self = try result.get()
    }

    /// The value of the first member of that name; `nil` if there is none or this is not an object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

extension JSONValue {
    /// Puts a document together from tokens, with a stack instead of recursion.
    private struct Builder {
        private struct Frame {
            /// `nil` for an array.
            var members: [Member]?
            var elements: [JSONValue] = []
            var pendingName = ""
        }

        private(set) var root = JSONValue.null
        private var frames: [Frame] = []

        mutating func add(_ token: JSONReader.Token, from reader: JSONReader) {
            switch token {
            case .beginObject: frames.append(Frame(members: []))
            case .beginArray: frames.append(Frame(members: nil))
            case .endObject, .endArray:
                guard let frame = frames.popLast() else { return }
                add(frame.members.map { .object($0) } ?? .array(frame.elements))
            case .name(let range): frames[frames.count - 1].pendingName = reader.string(range)
            case .string(let range): add(.string(reader.string(range)))
            case .number(let number):
                if let value = number.int64 {
                    add(.int64(value))
                } else if let value = number.uint64 {
                    add(.uint64(value))
                } else {
                    add(.double(number.double))
                }
            case .bool(let value): add(.bool(value))
            case .null: add(.null)
            case .end: break
            }
        }

        private mutating func add(_ value: JSONValue) {
            let last = frames.count - 1
            guard last >= 0 else {
                root = value
                return
            }
            if frames[last].members != nil {
                let name = frames[last].pendingName
                frames[last].members?.append(Member(name: name, value: value))
            } else {
                frames[last].elements.append(value)
            }
        }
    }
}
