import Foundation
import InferenceTypes

/// Makes an array for an input of a given datatype from a literal or the content of a file.
struct InputReader {
    /// The largest file that is read.
    static let maximumFileSize = 1 << 30

    var dataType: DataType
    /// Audio is resampled to this rate; `nil` keeps the file's.
    var sampleRate: Int?

    func read(_ source: InputArgument.Source) throws(InputError) -> TensorArray {
        switch source {
        case .literal(let text): return try read(literal: text)
        case .file(let path):
            let content = try Self.content(path)
            do {
                return try read(content, fileExtension: Self.fileExtension(path))
            } catch {
                throw InputError("\(path): \(error)")
            }
        }
    }

    /// What a file holds is told by its first bytes, else by the extension of its name.
    func read(_ content: [UInt8], fileExtension: String) throws(InputError) -> TensorArray {
        if NumPyFile.isNumPy(content) { return try NumPyFile.read(content) }
        if fileExtension == "json" { return try JSONArrayReader.read(content) }
        if dataType == .bytes { return TensorArray(shape: [], elements: .strings([content])) }
        if WAVFile.isWAV(content) { return try audio(try WAVFile(content)) }
        switch fileExtension {
        case "bin", "raw":
            let count = content.count / (dataType.byteSize ?? 1)
            return TensorArray(
                shape: [count], elements: try TensorCodec.decode(content[...], as: dataType, count: count))
        case "wav": _ = try WAVFile(content)
        case "npy": throw InputError("this is no .npy file")
        default: break
        }
        return try numbers(String(decoding: content, as: UTF8.self), what: "file")
    }

    private func read(literal text: String) throws(InputError) -> TensorArray {
        if dataType == .bytes {
            // A text that looks like a list but is none is a text.
            if text.hasPrefix("["), let array = try? JSONArrayReader.read(Array(text.utf8)) { return array }
            return TensorArray(shape: [], elements: .strings([Array(text.utf8)]))
        }
        return try numbers(text, what: "value")
    }

    /// Numbers in a JSON list, or divided by commas or white space.
    private func numbers(_ text: String, what: String) throws(InputError) -> TensorArray {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.hasPrefix("[") { return try JSONArrayReader.read(Array(trimmed.utf8)) }
        let words = trimmed.split { $0 == "," || $0.isWhitespace }
        do {
            let list = try JSONArrayReader.read(Array("[\(words.joined(separator: ","))]".utf8))
            return words.count == 1 ? TensorArray(shape: [], elements: list.elements) : list
        } catch {
            throw InputError(
                "the \(what) holds no numbers for an input of \(dataType.protocolName); write 1.5, 1,2,3 or [[1,2],[3,4]], "
                    + "or name a .wav, .npy, .json, .txt or .bin file with @")
        }
    }

    private func audio(_ file: WAVFile) throws(InputError) -> TensorArray {
        let rate = sampleRate ?? file.sampleRate
        let samples = try Resampler(from: file.sampleRate, to: rate).resample(file.samples)
        let elements: TensorElements
        switch dataType {
        case .fp16, .bf16, .fp32, .fp64: elements = .reals(samples.map { Double($0) })
        case .int16: elements = .signed(samples.map { Self.scaled($0, bits: 16) })
        case .int32: elements = .signed(samples.map { Self.scaled($0, bits: 32) })
        default: throw InputError("audio cannot fill an input of \(dataType.protocolName)")
        }
        return TensorArray(shape: [samples.count], elements: elements)
    }

    /// The integer for a sample of -1 to 1; louder samples are cut.
    private static func scaled(_ sample: Float, bits: Int) -> Int64 {
        guard !sample.isNaN else { return 0 }
        let fullScale = Double(Int64(1) << Int64(bits - 1))
        return Int64(min(max((Double(sample) * fullScale).rounded(), -fullScale), fullScale - 1))
    }

    private static func fileExtension(_ path: String) -> String {
        URL(fileURLWithPath: path).pathExtension.lowercased()
    }

    private static func content(_ path: String) throws(InputError) -> [UInt8] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw InputError("there is no file '\(path)'")
        }
        guard !isDirectory.boolValue else { throw InputError("'\(path)' is a directory") }
        let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
        guard size <= maximumFileSize else {
            throw InputError("'\(path)' has \(size) bytes; at most \(maximumFileSize) are read")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InputError("the file '\(path)' cannot be read; check its permissions")
        }
        return Array(data)
    }
}
