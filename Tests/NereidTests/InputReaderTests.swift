import Foundation
import InferenceTypes
import Testing

@testable import nereid

struct InputReaderTests {
    private func read(_ text: String, _ type: DataType) throws -> TensorArray {
        try InputReader(dataType: type).read(.literal(text))
    }

    private static let literalCases: [(String, DataType, [Int], TensorElements)] = [
        ("5", .int32, [], .signed([5])), ("1,2,3", .int32, [3], .signed([1, 2, 3])),
        (" 1.5 2 ", .fp32, [2], .reals([1.5, 2])), ("[[1,2],[3,4]]", .fp32, [2, 2], .signed([1, 2, 3, 4])),
        ("true,false", .bool, [2], .booleans([true, false])), ("hello", .bytes, [], .strings([Array("hello".utf8)])),
        ("[\"a\",\"b\"]", .bytes, [2], .strings([[97], [98]])),
        ("[not a list", .bytes, [], .strings([Array("[not a list".utf8)])),
        ("18446744073709551615", .uint64, [], .unsigned([.max])), ("[]", .fp32, [0], .signed([])),
    ]

    @Test(arguments: literalCases.indices)
    func literals(index: Int) throws {
        let (text, type, shape, elements) = Self.literalCases[index]
        #expect(try read(text, type) == TensorArray(shape: shape, elements: elements))
    }

    @Test func numbersThatAreNone() throws {
        guard case .reals(let values) = try read("NaN, -Infinity", .fp32).elements else {
            Issue.record("no reals")
            return
        }
        #expect(values[0].isNaN && values[1] == -.infinity)
    }

    @Test(arguments: ["abc", "1,,2x", "{}", "1 2 three", "[1,[2]]", "[[1,2],[3]]", "[1,\"a\"]", "[null]"])
    func malformedNumbers(text: String) {
        #expect(throws: InputError.self) { try read(text, .fp32) }
    }

    @Test func filesByTheirContentAndExtension() throws {
        let floats = InputReader(dataType: .fp32)
        #expect(try floats.read(Array("1 2\n3".utf8), fileExtension: "txt").elements == .signed([1, 2, 3]))
        #expect(try floats.read(Array("[[1.5]]".utf8), fileExtension: "json").shape == [1, 1])
        #expect(try floats.read([0, 0, 0x80, 0x3f], fileExtension: "bin").elements == .reals([1]))
        #expect(throws: InputError.self) { try floats.read([0, 0, 0x80], fileExtension: "bin") }
        #expect(throws: InputError.self) { try floats.read(Array("RIFF".utf8), fileExtension: "wav") }
        #expect(throws: InputError.self) { try floats.read(Array("x".utf8), fileExtension: "npy") }
        let strings = InputReader(dataType: .bytes)
        #expect(try strings.read([0xff, 0, 1], fileExtension: "jpg").elements == .strings([[0xff, 0, 1]]))
    }

    /// 8 kHz, 16 bits: 0.5 and -0.5 in turn, each for a long time.
    private var audio: [UInt8] {
        let samples = (0..<4000).map { Int16($0 < 2000 ? 16384 : -16384) }
        let data = samples.flatMap { sample in withUnsafeBytes(of: sample.littleEndian) { Array($0) } }
        let size = withUnsafeBytes(of: UInt32(data.count).littleEndian) { Array($0) }
        let format: [UInt8] = [1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0]
        return Array("RIFF\0\0\0\0WAVEfmt ".utf8) + [16, 0, 0, 0] + format + Array("data".utf8) + size + data
    }

    @Test func audioFillsFloatsAndIntegers() throws {
        let plain = try InputReader(dataType: .fp32).read(audio, fileExtension: "wav")
        #expect(plain.shape == [4000])
        guard case .reals(let samples) = plain.elements else {
            Issue.record("audio became \(plain.elements.kindName)")
            return
        }
        #expect(samples[1000] == 0.5)

        let resampled = try InputReader(dataType: .int16, sampleRate: 16000).read(audio, fileExtension: "")
        #expect(resampled.shape == [8000])
        guard case .signed(let integers) = resampled.elements else {
            Issue.record("audio became \(resampled.elements.kindName)")
            return
        }
        #expect(abs(integers[2000] - 16384) <= 1)
        #expect(abs(integers[6000] + 16384) <= 1)
        #expect(throws: InputError.self) { try InputReader(dataType: .uint8).read(audio, fileExtension: "wav") }
        #expect(try InputReader(dataType: .bytes).read(audio, fileExtension: "wav").elements == .strings([audio]))
    }

    @Test func missingFilesAreNamed() {
        let error = #expect(throws: InputError.self) {
            try InputReader(dataType: .fp32).read(.file(path: "/no/such/file.wav"))
        }
        #expect(error?.description == "there is no file '/no/such/file.wav'")
        let directory = FileManager.default.temporaryDirectory.path
        #expect(throws: InputError("'\(directory)' is a directory")) {
            try InputReader(dataType: .fp32).read(.file(path: directory))
        }
    }

    @Test(arguments: [
        ("A=1", "A" as String?, InputArgument.Source.literal("1")), ("A=@f=g", "A", .file(path: "f=g")),
        ("@a=b.wav", nil, .file(path: "a=b.wav")), ("hello", nil, .literal("hello")), ("A=", "A", .literal("")),
    ])
    func argumentsOfInput(text: String, name: String?, source: InputArgument.Source) {
        let argument = InputArgument(parsing: text)
        #expect(argument.name == name)
        #expect(argument.source == source)
    }
}
