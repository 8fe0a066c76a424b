/// The parts of a path between its slashes, one after the other.
struct PathSegments {
    private let path: ArraySlice<UInt8>
    /// Where the slash before the next segment lies.
    private var position: Int

    /// A path that does not start with a slash has no segments and is not at its end.
    init(_ path: ArraySlice<UInt8>) {
        self.path = path
        position = path.startIndex
    }

    var isAtEnd: Bool { position == path.endIndex }

    /// The next segment, which may be empty; `nil` at the end.
    mutating func next() -> ArraySlice<UInt8>? {
        guard let range = nextRange() else { return nil }
        position = range.upperBound
        return path[range]
    }

    /// The next segment as a name; `nil` at the end and when it is empty.
    mutating func nextName() -> String? {
        guard let segment = next(), !segment.isEmpty else { return nil }
        return String(decoding: segment, as: UTF8.self)
    }

    /// Takes the next segment if it is `literal`.
    mutating func takeNext(if literal: StaticString) -> Bool {
        guard let range = nextRange(), literal.withUTF8Buffer({ path[range].elementsEqual($0) }) else { return false }
        position = range.upperBound
        return true
    }

    mutating func rest() -> [String] {
        var names: [String] = []
        while let segment = next() { names.append(String(decoding: segment, as: UTF8.self)) }
        return names
    }

    private func nextRange() -> Range<Int>? {
        guard position < path.endIndex, path[position] == UInt8(ascii: "/") else { return nil }
        let start = position + 1
        return start..<(path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex)
    }
}
