internal import CNghttp2

/// Header fields to send, stored flat: names in lower case, pseudo-fields (`:status`) first.
///
/// Build constant lists once and keep them; submitting one copies its bytes. Values hold no control characters.
package struct HTTP2FieldList: Sendable, Hashable {
    private struct Lengths: Sendable, Hashable {
        let name: Int
        let value: Int
    }

    private var bytes: [UInt8] = []
    private var fields: [Lengths] = []

    package init() {}

    package var isEmpty: Bool { fields.isEmpty }

    package mutating func append(_ name: String, _ value: String) {
        fields.append(Lengths(name: name.utf8.count, value: value.utf8.count))
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: value.utf8)
    }

    /// Calls `body` with the fields as nghttp2 takes them; it does not write to them.
    func withNameValues<R>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> R) -> R {
        bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: fields.count) { values in
                var start = UnsafeMutablePointer(mutating: bytes.baseAddress)
                for (index, lengths) in fields.enumerated() {
                    let value = start.map { $0 + lengths.name }
                    values.initializeElement(
                        at: index,
                        to: nghttp2_nv(
                            name: start, value: value, namelen: lengths.name, valuelen: lengths.value,
                            flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
                    start = value.map { $0 + lengths.value }
                }
                return body(UnsafeBufferPointer(values))
            }
        }
    }
}

extension HTTP2FieldList: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }
}
