/// Reads uncompressed RIFF/WAVE audio: integer samples of 8 to 32 bits and floating-point samples of 32 and 64 bits, any
/// number of channels, plain and extensible formats.
struct WAVFile: Equatable {
    private(set) var sampleRate: Int
    private(set) var channelCount: Int
    /// The mean of all channels; full scale is -1 to 1.
    private(set) var samples: [Float]

    static func isWAV(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 12 && bytes.starts(with: Array("RIFF".utf8)) && Array(bytes[8..<12]) == Array("WAVE".utf8)
    }

    /// - Throws: `InputError` when the file is damaged or compressed.
    init(_ bytes: [UInt8]) throws(InputError) {
        guard Self.isWAV(bytes) else { throw InputError("this is no WAV file: it does not start with RIFF and WAVE") }
        var reader = ByteReader(bytes[12...])
        var format: Format?
        while reader.remaining > 0 {
            guard let id = reader.read(4), let size = reader.integer(UInt32.self) else {
                throw InputError("the WAV file ends inside the header of a chunk")
            }
            let name = String(decoding: id, as: UTF8.self)
            // Programs that write to a pipe cannot know the size and leave it open.
            let isOpen = name == "data" && size == .max
            guard let chunk = reader.read(isOpen ? reader.remaining : Int(size)) else {
                throw InputError(
                    "the WAV file is cut off: its '\(name)' chunk says \(size) bytes, \(reader.remaining) are there")
            }
            if name == "fmt " { format = try Format(chunk) }
            if name == "data" {
                guard let format else { throw InputError("the WAV file has no 'fmt ' chunk before its data") }
                sampleRate = format.sampleRate
                channelCount = format.channelCount
                samples = try Self.mixed(chunk, format)
                return
            }
            // Chunks start at even offsets.
            if !size.isMultiple(of: 2) { _ = reader.read(1) }
        }
        throw InputError("the WAV file has no 'data' chunk")
    }

    private static func mixed(_ data: ArraySlice<UInt8>, _ format: Format) throws(InputError) -> [Float] {
        let size = format.bytesPerSample
        let frameSize = size * format.channelCount
        guard data.count.isMultiple(of: frameSize) else {
            throw InputError("the WAV data ends inside a frame: \(data.count) bytes, frames of \(frameSize)")
        }
        var samples: [Float] = []
        samples.reserveCapacity(data.count / frameSize)
        for frame in stride(from: data.startIndex, to: data.endIndex, by: frameSize) {
            var sum = 0.0
            for start in stride(from: frame, to: frame + frameSize, by: size) {
                sum += format.sample(UInt64(littleEndianBytes: data[start..<start + size]))
            }
            samples.append(Float(sum / Double(format.channelCount)))
        }
        return samples
    }

    /// The `fmt ` chunk.
    private struct Format {
        var sampleRate: Int
        var channelCount: Int
        var bytesPerSample: Int
        var isFloat: Bool

        /// The rest of a GUID whose first two bytes are a format tag.
        private static let tagGUID: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]

        init(_ chunk: ArraySlice<UInt8>) throws(InputError) {
            var reader = ByteReader(chunk)
            guard var tag = reader.integer(UInt16.self), let channels = reader.integer(UInt16.self),
                let rate = reader.integer(UInt32.self), reader.integer(UInt32.self) != nil,
                let frameSize = reader.integer(UInt16.self), let bits = reader.integer(UInt16.self)
            else { throw InputError("the 'fmt ' chunk of the WAV file is cut off") }
            if tag == 0xfffe {
                guard let extra = reader.integer(UInt16.self), extra >= 22, reader.read(6) != nil,
                    let subformat = reader.integer(UInt16.self), reader.read(14).map(Array.init) == Self.tagGUID
                else { throw InputError("the extensible format of the WAV file is not known") }
                tag = subformat
            }
            guard channels > 0, Resampler.rates.contains(Int(rate)), Int(frameSize).isMultiple(of: Int(channels)),
                frameSize > 0
            else {
                throw InputError("the 'fmt ' chunk of the WAV file makes no sense: \(channels) channels, \(rate) Hz")
            }
            sampleRate = Int(rate)
            channelCount = Int(channels)
            bytesPerSample = Int(frameSize) / Int(channels)
            isFloat = tag == 3
            let isKnown: Bool
            switch tag {
            case 1: isKnown = (1...4).contains(bytesPerSample) && bits > 0 && bits <= 8 * bytesPerSample
            case 3: isKnown = (bytesPerSample == 4 && bits == 32) || (bytesPerSample == 8 && bits == 64)
            default:
                throw InputError("the WAV file is compressed (format \(tag)); only PCM can be read")
            }
            guard isKnown else {
                throw InputError("WAV samples of \(bits) bits in \(bytesPerSample) bytes cannot be read")
            }
        }

        /// The value of one sample, whose bytes are the lowest of `word`.
        func sample(_ word: UInt64) -> Double {
            switch (isFloat, bytesPerSample) {
            case (true, 4): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: word)))
            case (true, _): return Double(bitPattern: word)
            // Samples of one byte are the only ones without a sign.
            case (false, 1): return (Double(word) - 128) / 128
            case (false, let size):
                // Shorter samples fill the upper bits, so the container decides the scale.
                let unused = 64 - 8 * size
                let value = Int64(bitPattern: word << UInt64(unused)) >> Int64(unused)
                return Double(value) / Double(Int64(1) << Int64(8 * size - 1))
            }
        }
    }
}
