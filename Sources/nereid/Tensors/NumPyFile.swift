/// Reads arrays in NumPy's .npy format, versions 1 to 3
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
struct NumPyFile {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    private static let maximumRank = 64

    private let header: NumPyHeader
    private let data: ArraySlice<UInt8>

    static func isNumPy(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// - Throws: `InputError` when the file is damaged, or has elements that tensors do not have.
    static func read(_ bytes: [UInt8]) throws(InputError) -> TensorArray {
        let file = try NumPyFile(bytes)
        let array = TensorArray(shape: file.header.shape, elements: try file.elements())
        return file.header.isFortranOrder ? rowMajor(array) : array
    }

    private init(_ bytes: [UInt8]) throws(InputError) {
        var reader = ByteReader(bytes[...])
        guard reader.read(6).map(Array.init) == Self.magic, let major = reader.integer(UInt8.self),
            reader.integer(UInt8.self) != nil
        else { throw InputError("this is no .npy file") }
        let length: Int?
        switch major {
        case 1: length = reader.integer(UInt16.self).map(Int.init)
        case 2, 3: length = reader.integer(UInt32.self).map(Int.init)
        default: throw InputError("version \(major) of the .npy format is not known; versions 1 to 3 are")
        }
        guard let length, let text = reader.read(length) else { throw InputError("the .npy header is cut off") }
        header = try NumPyHeader(parsing: String(decoding: text, as: UTF8.self))
        data = reader.read(reader.remaining) ?? []

        guard header.shape.count <= Self.maximumRank else {
            throw InputError("an array of \(header.shape.count) dimensions is more than \(Self.maximumRank)")
        }
        var size = header.itemSize
        for dimension in header.shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw InputError("the .npy shape \(header.shape) is too large") }
            size = product
        }
        guard size == data.count else {
            throw InputError(
                "the .npy file holds \(data.count) bytes of data where its shape \(header.shape) needs \(size)")
        }
    }

    private func elements() throws(InputError) -> TensorElements {
        switch (header.kind, header.itemSize) {
        case ("b", 1): return .booleans(data.map { $0 != 0 })
        case ("u", 1), ("u", 2), ("u", 4), ("u", 8): return .unsigned(words)
        case ("i", 1), ("i", 2), ("i", 4), ("i", 8):
            let unused = 64 - 8 * header.itemSize
            return .signed(words.map { (Int64(bitPattern: $0) << unused) >> unused })
        case ("f", 2):
            return .reals(words.map { Double(HalfPrecision.value(binary16: UInt16(truncatingIfNeeded: $0))) })
        case ("f", 4): return .reals(words.map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) })
        case ("f", 8): return .reals(words.map { Double(bitPattern: $0) })
        case ("S", _): return .strings(items.map { Self.withoutTrailingZeros($0) })
        case ("U", _): return .strings(try items.map { item throws(InputError) in try utf8(item) })
        default: throw InputError("arrays of NumPy type '\(header.descriptor)' cannot be sent")
        }
    }

    private var items: [ArraySlice<UInt8>] {
        let size = header.itemSize
        guard size > 0 else { return Array(repeating: [], count: header.shape.reduce(1, *)) }
        return stride(from: data.startIndex, to: data.endIndex, by: size).map { data[$0..<$0 + size] }
    }

    private var words: [UInt64] {
        items.map { item in
            UInt64(littleEndianBytes: header.isBigEndian ? ArraySlice(item.reversed()) : item)
        }
    }

    private static func withoutTrailingZeros(_ item: ArraySlice<UInt8>) -> [UInt8] {
        Array(item[..<((item.lastIndex { $0 != 0 }).map { $0 + 1 } ?? item.startIndex)])
    }

    /// NumPy's strings are UTF-32, filled up with zeros.
    private func utf8(_ item: ArraySlice<UInt8>) throws(InputError) -> [UInt8] {
        var text = String.UnicodeScalarView()
        var pending = 0
        for start in stride(from: item.startIndex, to: item.endIndex, by: 4) {
            let word = item[start..<start + 4]
            let code = UInt32(littleEndianBytes: header.isBigEndian ? ArraySlice(word.reversed()) : word)
            guard let scalar = Unicode.Scalar(code) else { throw InputError("a .npy string holds no Unicode text") }
            if code == 0 {
                pending += 1
                continue
            }
            text.append(contentsOf: repeatElement("\0", count: pending))
            pending = 0
            text.append(scalar)
        }
        return Array(String(text).utf8)
    }

    /// Transposes an array whose first index varies fastest.
    private static func rowMajor(_ array: TensorArray) -> TensorArray {
        let shape = array.shape
        var order: [Int] = []
        order.reserveCapacity(array.elements.count)
        var strides: [Int] = []
        var stride = 1
        for dimension in shape {
            strides.append(stride)
            stride *= dimension
        }
        var index = Array(repeating: 0, count: shape.count)
        var offset = 0
        for _ in 0..<array.elements.count {
            order.append(offset)
            for axis in shape.indices.reversed() {
                index[axis] += 1
                offset += strides[axis]
                if index[axis] < shape[axis] { break }
                offset -= strides[axis] * shape[axis]
                index[axis] = 0
            }
        }
        let elements: TensorElements
        switch array.elements {
        case .booleans(let values): elements = .booleans(order.map { values[$0] })
        case .signed(let values): elements = .signed(order.map { values[$0] })
        case .unsigned(let values): elements = .unsigned(order.map { values[$0] })
        case .reals(let values): elements = .reals(order.map { values[$0] })
        case .strings(let values): elements = .strings(order.map { values[$0] })
        }
        return TensorArray(shape: shape, elements: elements)
    }
}
