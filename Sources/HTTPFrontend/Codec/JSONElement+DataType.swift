import InferenceTypes
import JSONText

extension JSONElement {
    /// `nil` for datatypes whose elements are no numbers in JSON.
    init?(_ type: DataType) {
        switch type {
        case .invalid, .bytes, .fp16, .bf16: return nil
        case .bool: self = .bool
        case .uint8: self = .uint8
        case .uint16: self = .uint16
        case .uint32: self = .uint32
        case .uint64: self = .uint64
        case .int8: self = .int8
        case .int16: self = .int16
        case .int32: self = .int32
        case .int64: self = .int64
        case .fp32: self = .float
        case .fp64: self = .double
        }
    }
}
