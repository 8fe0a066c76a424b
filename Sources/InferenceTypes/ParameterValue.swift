/// The value of a request or response parameter.
public enum ParameterValue: Sendable, Hashable {
    case bool(Bool)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    case string(String)
}
