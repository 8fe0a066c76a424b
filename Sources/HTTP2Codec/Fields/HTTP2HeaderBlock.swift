#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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
    package private(set) var exceedsLimits = false

    package var count: Int { places.count }

    /// The field at `index` in the order received. The index must be less than `count`.
    package subscript(index: Int) -> Field {
        let place = places[index]
        let start = UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped + place.start)
        return Field(
            name: UnsafeRawBufferPointer(start: start, count: place.nameLength),
            value: UnsafeRawBufferPointer(start: start + place.nameLength, count: place.valueLength), known: place.known
        )
    }

    /// The value of the first field of that name.
    package func value(of name: HTTP2FieldName) -> UnsafeRawBufferPointer? {
        let index = firstOfKnown[name.rawValue]
        return index < 0 ? nil : self[index].value
    }

    /// A copy to compare later blocks with; `nil` for a block that is large or over the limits.
    package func copy() -> HTTP2HeaderCopy? {
        guard !exceedsLimits, used <= Self.keptByteCount else { return nil }
        return HTTP2HeaderCopy(
            bytes: Array(memory[..<used]),
            lengths: places.map { HTTP2HeaderCopy.Lengths($0.nameLength, $0.valueLength) })
    }

    /// Whether this block has the same fields in the same order.
    package func equals(_ copy: HTTP2HeaderCopy) -> Bool {
        guard !exceedsLimits, used == copy.bytes.count, places.count == copy.lengths.count else { return false }
        for (place, lengths) in zip(places, copy.lengths)
        where place.nameLength != lengths.name || place.valueLength != lengths.value { return false }
        return copy.bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let ownStart = memory.baseAddress else { return true }
            return memcmp(start, ownStart, used) == 0
        }
    }

    // MARK: Filling

    private struct Place {
        let start: Int
        let nameLength: Int
        let valueLength: Int
        let known: HTTP2FieldName?
    }

    /// What is kept between requests; a larger block is given back.
    private static let keptByteCount = 4096

    private let byteLimit: Int
    private let fieldLimit: Int
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 1)
    private var used = 0
    private var places: [Place] = []
    private var firstOfKnown = [Int](repeating: -1, count: HTTP2FieldName.allCases.count)
    /// Of all fields received, also of those left out: name + value + 32 each.
    private(set) var listByteCount = 0

    init(byteLimit: Int, fieldLimit: Int) {
        self.byteLimit = byteLimit
        self.fieldLimit = fieldLimit
    }

    deinit { memory.deallocate() }

    func removeAll() {
        if memory.count > Self.keptByteCount {
            memory.deallocate()
            memory = .allocate(byteCount: 512, alignment: 1)
            places = []
        }
        used = 0
        listByteCount = 0
        exceedsLimits = false
        for place in places { if let known = place.known { firstOfKnown[known.rawValue] = -1 } }
        places.removeAll(keepingCapacity: true)
    }

    func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        listByteCount += name.count + value.count + 32
        guard !exceedsLimits, listByteCount <= byteLimit, places.count < fieldLimit else {
            exceedsLimits = true
            return
        }
        let end = used + name.count + value.count
        if end > memory.count { grow(to: end) }
        UnsafeMutableRawBufferPointer(rebasing: memory[used...]).copyMemory(from: name)
        UnsafeMutableRawBufferPointer(rebasing: memory[(used + name.count)...]).copyMemory(from: value)
        let known = HTTP2FieldName(name)
        if let known, firstOfKnown[known.rawValue] < 0 { firstOfKnown[known.rawValue] = places.count }
        places.append(Place(start: used, nameLength: name.count, valueLength: value.count, known: known))
        used = end
    }

    private func grow(to byteCount: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(byteCount, memory.count * 2), alignment: 1)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<used]))
        memory.deallocate()
        memory = larger
    }
}
