/// The header fields of one request, stored flat in memory that the session reuses for the next request.
///
/// Names are in lower case; pseudo-fields (`:path`) come first. Everything handed out is valid during the delegate call.
package final class HTTP2HeaderBlock {
    package struct Field {
        package let name: UnsafeRawBufferPointer
        package let value: UnsafeRawBufferPointer
        /// The name, when it is one of those that are recognised.
        package let known: HTTP2FieldName?
    }

    /// Whether the client sent more bytes or fields than the limits allow; the rest was left out.
    package internal(set) var exceedsLimits = false

    package var count: Int { 0 }

    /// The field at `index` in the order received. The index must be less than `count`.
    package subscript(index: Int) -> Field { fatalError() }

    /// The value of the first field of that name.
    package func value(of name: HTTP2FieldName) -> UnsafeRawBufferPointer? { nil }
}
