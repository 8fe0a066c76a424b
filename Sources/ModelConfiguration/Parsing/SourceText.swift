/// The bytes of a configuration file, with the lines found.
struct SourceText {
    let file: String
    let bytes: [UInt8]
    private let lineStarts: [Int]

    init(_ bytes: [UInt8], file: String) {
        self.file = file
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
        lineStarts = starts
    }

    /// Line and column (in Unicode scalars), both from 1, of a byte offset.
    func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), bytes.count)
        let line = lineIndex(of: offset)
        let before = bytes[lineStarts[line]..<offset]
        let continuationBytes = before.count { $0 & 0xC0 == 0x80 }
        return (line + 1, before.count - continuationBytes + 1)
    }

    /// The line around a byte offset, without its end.
    func line(at offset: Int) -> String {
        let line = lineIndex(of: min(max(offset, 0), bytes.count))
        let end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
        var content = bytes[lineStarts[line]..<end]
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        return String(decoding: content, as: UTF8.self)
    }

    private func lineIndex(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }
}
