/// The element type of a tensor. Raw values are those of Triton's `DataType` enum in model_config.proto.
public enum DataType: UInt8, Sendable, Hashable, CaseIterable {
    case invalid = 0
    case bool = 1
    case uint8 = 2
    case uint16 = 3
    case uint32 = 4
    case uint64 = 5
    case int8 = 6
    case int16 = 7
    case int32 = 8
    case int64 = 9
    case fp16 = 10
    case fp32 = 11
    case fp64 = 12
    /// Variable-length byte strings: `TYPE_STRING` in a configuration, `BYTES` in the protocol.
    case bytes = 13
    case bf16 = 14

    /// Bytes of one element; `nil` for `.bytes` and `.invalid`, whose elements have no fixed size.
    public var byteSize: Int? {
        switch self {
        case .invalid, .bytes: nil
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .fp16, .bf16: 2
        case .uint32, .int32, .fp32: 4
        case .uint64, .int64, .fp64: 8
        }
    }

    /// The name used by the KServe v2 protocol: `FP32`, `BYTES` and so on.
    public var protocolName: String {
        switch self {
        case .invalid: "<invalid>"
        case .bool: "BOOL"
        case .uint8: "UINT8"
        case .uint16: "UINT16"
        case .uint32: "UINT32"
        case .uint64: "UINT64"
        case .int8: "INT8"
        case .int16: "INT16"
        case .int32: "INT32"
        case .int64: "INT64"
        case .fp16: "FP16"
        case .fp32: "FP32"
        case .fp64: "FP64"
        case .bytes: "BYTES"
        case .bf16: "BF16"
        }
    }

    /// The name used in a model configuration: `TYPE_FP32`, `TYPE_STRING` and so on.
    public var configurationName: String {
        switch self {
        case .invalid: "TYPE_INVALID"
        case .bytes: "TYPE_STRING"
        default: "TYPE_" + protocolName
        }
    }

    /// The type with this protocol name (`"FP32"`), or `nil`.
    public init?(protocolName name: some StringProtocol) {
        guard let type = Self.allCases.first(where: { $0 != .invalid && $0.protocolName == name }) else { return nil }
        self = type
    }

    /// The type with this configuration name (`"TYPE_FP32"`), or `nil`.
    public init?(configurationName name: some StringProtocol) {
        guard let type = Self.allCases.first(where: { $0.configurationName == name }) else { return nil }
        self = type
    }
}
