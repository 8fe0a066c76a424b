/// A configuration value on its way to JSON or text format.
enum EncodedValue {
    case signed(Int64)
    case unsigned(UInt64)
    case real(Double)
    case bool(Bool)
    case string(String)
    case enumeration(String)
    case message([EncodedField])
}
