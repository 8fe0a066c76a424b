import JSONText

/// Makes arrays from JSON: nested lists of numbers, booleans or strings, or a single one of them.
enum JSONArrayReader {
    /// - Throws: `InputError` for a text that is no JSON, lists of unequal length, and mixed kinds of elements.
    static func read(_ text: [UInt8]) throws(InputError) -> TensorArray {
        let value: JSONValue
        do {
            value = try text.withUnsafeBytes { bytes throws(JSONError) in try JSONValue(parsing: bytes) }
        } catch {
            throw InputError("this is no JSON: \(error)")
        }
        return try array(value)
    }

    static func array(_ value: JSONValue) throws(InputError) -> TensorArray {
        var shape: [Int] = []
        var level = value
        while case .array(let items) = level {
            shape.append(items.count)
            guard let first = items.first else { break }
            level = first
        }
        // One level of the tree after the other, so that depth costs no stack.
        var leaves = [value]
        for length in shape {
            var next: [JSONValue] = []
            for item in leaves {
                guard case .array(let items) = item, items.count == length else {
                    throw InputError("the lists in the JSON array are not equally long")
                }
                next += items
            }
            leaves = next
        }
        return TensorArray(shape: shape, elements: try elements(leaves))
    }

    private static func elements(_ leaves: [JSONValue]) throws(InputError) -> TensorElements {
        var booleans: [Bool] = []
        var strings: [[UInt8]] = []
        var signed: [Int64] = []
        var unsigned: [UInt64] = []
        var reals: [Double] = []
        for leaf in leaves {
            switch leaf {
            case .bool(let value): booleans.append(value)
            case .string(let value): strings.append(Array(value.utf8))
            case .int64(let value):
                signed.append(value)
                if let natural = UInt64(exactly: value) { unsigned.append(natural) }
                reals.append(Double(value))
            case .uint64(let value):
                unsigned.append(value)
                reals.append(Double(value))
            case .double(let value): reals.append(value)
            case .null: throw InputError("the JSON array holds null")
            case .array: throw InputError("the lists in the JSON array are not equally deep")
            case .object: throw InputError("the JSON array holds an object")
            }
        }
        // Whole numbers stay exact; only where one is not whole all become reals.
        let kinds: [(Int, TensorElements)] = [
            (signed.count, .signed(signed)), (unsigned.count, .unsigned(unsigned)), (reals.count, .reals(reals)),
            (booleans.count, .booleans(booleans)), (strings.count, .strings(strings)),
        ]
        guard let match = kinds.first(where: { $0.0 == leaves.count }) else {
            throw InputError("the JSON array mixes numbers, booleans and strings")
        }
        return match.1
    }
}
