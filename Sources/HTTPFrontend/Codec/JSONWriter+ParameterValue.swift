import InferenceTypes
import JSONText

extension JSONWriter {
    mutating func write(_ parameter: ParameterValue) {
        switch parameter {
        case .bool(let value): bool(value)
        case .int64(let value): int(value)
        case .uint64(let value): int(value)
        case .double(let value): number(value)
        case .string(let value): string(value)
        }
    }
}
