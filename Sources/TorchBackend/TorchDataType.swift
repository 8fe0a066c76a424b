import InferenceTypes

/// The element types of LibTorch tensors that the protocol has too. Raw values are those of `c10::ScalarType`.
enum TorchScalarType: Int32, CaseIterable {
    case uint8 = 0
    case int8 = 1
    case int16 = 2
    case int32 = 3
    case int64 = 4
    case fp16 = 5
    case fp32 = 6
    case fp64 = 7
    case bool = 11
    case bf16 = 15
    case uint16 = 27
    case uint32 = 28
    case uint64 = 29

    var dataType: DataType {
        switch self {
        case .uint8: .uint8
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .fp16: .fp16
        case .fp32: .fp32
        case .fp64: .fp64
        case .bool: .bool
        case .bf16: .bf16
        case .uint16: .uint16
        case .uint32: .uint32
        case .uint64: .uint64
        }
    }

    init?(_ dataType: DataType) {
        guard let type = Self.allCases.first(where: { $0.dataType == dataType }) else { return nil }
        self = type
    }
}
