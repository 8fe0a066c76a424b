import JSONText

/// Writes encoded messages as protobuf's JSON.
enum JSONForm {
    static func write(_ fields: [EncodedField], to writer: inout JSONWriter) {
        writer.beginObject()
        for field in fields {
            switch field.content {
            case .implicit(_, isDefault: true) where field.isOmittedByDefault: break
            case .implicit(let value, _):
                writer.key(field.name)
                write(value, to: &writer)
            case .explicit(nil): break
            case .explicit(let value?):
                writer.key(field.name)
                write(value, to: &writer)
            case .repeated(let values):
                writer.key(field.name)
                writer.beginArray()
                for value in values { write(value, to: &writer) }
                writer.endArray()
            case .map(let entries):
                writer.key(field.name)
                writer.beginObject()
                for entry in entries {
                    writer.key(keyText(entry.key))
                    write(entry.value, to: &writer)
                }
                writer.endObject()
            }
        }
        writer.endObject()
    }

    private static func write(_ value: EncodedValue, to writer: inout JSONWriter) {
        switch value {
        case .signed(let number): writer.int(number)
        case .unsigned(let number): writer.int(number)
        case .real(let number): write(number, to: &writer)
        case .bool(let flag): writer.bool(flag)
        case .string(let text): writer.string(text)
        case .enumeration(let name): writer.string(name)
        case .message(let fields): write(fields, to: &writer)
        }
    }

    /// Protobuf prints 0 for 0.0, and quotes what JSON has no numbers for.
    private static func write(_ number: Double, to writer: inout JSONWriter) {
        if !number.isFinite {
            writer.string(number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity")
        } else if number.rounded() == number, let integer = Int64(exactly: number), integer.magnitude < 1_000_000 {
            writer.int(integer)
        } else {
            writer.number(number)
        }
    }

    private static func keyText(_ key: EncodedValue) -> String {
        switch key {
        case .string(let text): text
        case .signed(let number): "\(number)"
        case .unsigned(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .enumeration(let name): name
        case .real(let number): "\(number)"
        case .message: ""
        }
    }
}
