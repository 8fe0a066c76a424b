import InferenceTesting
import Testing

@testable import nereid

struct WAVFileTests {
    private func little(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private func format(
        tag: UInt16, channels: UInt16 = 1, rate: UInt32 = 16000, bits: UInt16, container: UInt16? = nil,
        extra: [UInt8] = []
    ) -> [UInt8] {
        let frame = channels &* ((container ?? bits) / 8)
        return little(tag) + little(channels) + little(rate) + little(rate &* UInt32(frame)) + little(frame)
            + little(bits)
            + extra
    }

    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + little(UInt32(content.count)) + content + (content.count.isMultiple(of: 2) ? [] : [0])
    }

    private func wav(_ format: [UInt8], _ data: [UInt8], between: [UInt8] = []) -> [UInt8] {
        let chunks = chunk("fmt ", format) + between + chunk("data", data)
        return Array("RIFF".utf8) + little(UInt32(4 + chunks.count)) + Array("WAVE".utf8) + chunks
    }

    private func extensible(_ tag: UInt16, validBits: UInt16) -> [UInt8] {
        little(UInt16(22)) + little(validBits) + little(UInt32(4)) + little(tag)
            + [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]
    }

    @Test func sampleFormats() throws {
        let cases: [([UInt8], [UInt8], [Float])] = [
            (format(tag: 1, bits: 8), [128, 0, 255, 192], [0, -1, 127.0 / 128, 0.5]),
            (format(tag: 1, bits: 16), little(Int16.min) + little(Int16(16384)), [-1, 0.5]),
            (format(tag: 1, bits: 24), [0, 0, 0x80, 0, 0, 0x40, 0xff, 0xff, 0xff], [-1, 0.5, -1.0 / 8_388_608]),
            (format(tag: 1, bits: 32), little(Int32.min) + little(Int32(1) << 30), [-1, 0.5]),
            (format(tag: 3, bits: 32), little(Float(0.25).bitPattern) + little(Float(-2).bitPattern), [0.25, -2]),
            (format(tag: 3, bits: 64), little((0.125).bitPattern), [0.125]),
            (format(tag: 1, channels: 2, bits: 16), little(Int16(16384)) + little(Int16(0)), [0.25]),
            (format(tag: 0xfffe, bits: 16, extra: extensible(1, validBits: 16)), little(Int16(16384)), [0.5]),
            (format(tag: 0xfffe, bits: 24, extra: extensible(1, validBits: 20)), [0, 0, 0x40], [0.5]),
            (format(tag: 0xfffe, bits: 32, extra: extensible(3, validBits: 32)), little(Float(0.5).bitPattern), [0.5]),
            (format(tag: 1, bits: 12, container: 16), little(Int16(16384)), [0.5]),
            (format(tag: 1, bits: 16), [], []),
        ]
        for (format, data, samples) in cases {
            let file = try WAVFile(wav(format, data))
            #expect(file.samples == samples)
            #expect(file.sampleRate == 16000)
        }
    }

    @Test func otherChunksAreSkipped() throws {
        let file = try WAVFile(
            wav(format(tag: 1, rate: 44100, bits: 8), [255, 1], between: chunk("LIST", [1, 2, 3]) + chunk("fact", [])))
        #expect(file.samples == [127.0 / 128, -127.0 / 128])
        #expect(file.sampleRate == 44100)
    }

    @Test func dataOfUnknownLengthGoesToTheEnd() throws {
        var bytes = wav(format(tag: 1, bits: 16), little(Int16(16384)) + little(Int16(0)))
        bytes.replaceSubrange(40..<44, with: [0xff, 0xff, 0xff, 0xff])
        #expect(try WAVFile(bytes).samples == [0.5, 0])
    }

    @Test func damage() {
        let good = format(tag: 1, bits: 16)
        let cases: [([UInt8], String)] = [
            (Array("RIFX".utf8), "no WAV file"),
            (wav(format(tag: 2, bits: 8), [1]), "compressed (format 2)"),
            (wav(format(tag: 1, bits: 40), [1]), "40 bits"),
            (wav(format(tag: 3, bits: 16), [1, 2]), "16 bits"),
            (wav(format(tag: 1, channels: 0, bits: 16), []), "makes no sense"),
            (wav(format(tag: 1, rate: 0, bits: 16), []), "makes no sense"),
            (wav(format(tag: 1, rate: 4_000_000_000, bits: 16), []), "makes no sense"),
            (wav(good, [1, 2, 3]), "ends inside a frame"),
            (wav(format(tag: 0xfffe, bits: 16), [1, 2]), "extensible"),
            (wav(Array(good.prefix(10)), [1, 2]), "cut off"),
            (Array(wav(good, [1, 2, 3, 4]).dropLast()), "4 bytes, 3 are there"),
            (Array("RIFF\0\0\0\0WAVE".utf8) + chunk("data", [1, 2]), "before its data"),
            (Array("RIFF\0\0\0\0WAVE".utf8) + chunk("fmt ", good), "no 'data' chunk"),
            (Array("RIFF\0\0\0\0WAVEfmt".utf8), "header of a chunk"),
        ]
        for (bytes, reason) in cases {
            let error = #expect(throws: InputError.self) { try WAVFile(bytes) }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "") lacks \(reason)")
        }
    }

    @Test func changedBytesNeverTrap() {
        let whole = wav(
            format(tag: 0xfffe, channels: 2, bits: 16, extra: extensible(1, validBits: 16)),
            Array(repeating: 5, count: 40), between: chunk("LIST", [1, 2, 3]))
        var random = SeededGenerator(seed: 11)
        var accepted = 0
        for _ in 0..<5000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...3, using: &random))
            if let file = try? WAVFile(bytes) {
                accepted += 1
                #expect(file.samples.count <= 40)
            }
        }
        #expect(accepted > 0)
    }
}
