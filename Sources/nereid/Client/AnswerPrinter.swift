import InferenceTypes
import JSONText
import Observability

/// Makes text of an answer. A pure value.
struct AnswerPrinter {
    /// Tensors of more elements are summed up.
    private static let maximumShownElements = 64

    var format: AnswerFormat
    /// Columns of the terminal; `nil` is no limit.
    var width: Int?

    /// Ends in a newline.
    func text(_ answer: InferenceAnswer) -> String {
        switch format {
        case .text: plainText(answer)
        case .json: json(answer) + "\n"
        case .table: table(answer)
        }
    }

    private func plainText(_ answer: InferenceAnswer) -> String {
        var text = ""
        for output in answer.outputs {
            if case .strings(let values) = output.elements {
                let lines = values.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
                text += answer.outputs.count == 1 ? lines : "\(output.name): \(lines)"
            } else {
                text += "\(heading(output)): \(summary(output))"
            }
            text += "\n"
        }
        return text
    }

    private func table(_ answer: InferenceAnswer) -> String {
        let rows = answer.outputs.map { output in
            [output.name, output.dataType.protocolName, output.shape.description, summary(output)]
        }
        return TextTable(header: ["Output", "Datatype", "Shape", "Data"], rows: rows).text(width: width)
    }

    private func heading(_ output: InferenceAnswer.Output) -> String {
        "\(output.name) \(output.dataType.protocolName) \(output.shape)"
    }

    /// The values of a small tensor in the brackets of its shape; the first ones and the range of a large one.
    private func summary(_ output: InferenceAnswer.Output) -> String {
        let texts = Self.texts(output)
        if texts.count <= Self.maximumShownElements { return Self.nested(texts[...], output.shape.dimensions[...]) }
        var summary = "\(texts.count) elements, " + texts.prefix(8).joined(separator: ", ") + ", ..."
        if let numbers = Self.numbers(output.elements), let least = numbers.min(), let most = numbers.max() {
            let mean = numbers.reduce(0, +) / Double(numbers.count)
            summary += " (min \(Self.short(least)), max \(Self.short(most)), mean \(Self.short(mean)))"
        }
        return summary
    }

    private static func nested(_ texts: ArraySlice<String>, _ dimensions: ArraySlice<Int64>) -> String {
        guard let length = dimensions.first.map({ Int($0) }) else { return texts.first ?? "" }
        guard dimensions.count > 1, length > 0 else { return "[" + texts.joined(separator: ", ") + "]" }
        let step = texts.count / length
        let parts = (0..<length).map { index in
            let start = texts.startIndex + index * step
            return nested(texts[start..<start + step], dimensions.dropFirst())
        }
        return "[" + parts.joined(separator: ", ") + "]"
    }

    private static func texts(_ output: InferenceAnswer.Output) -> [String] {
        switch output.elements {
        case .booleans(let values): values.map { $0 ? "true" : "false" }
        case .signed(let values): values.map { String($0) }
        case .unsigned(let values): values.map { String($0) }
        case .reals(let values): values.map { shortest($0, output.dataType) }
        case .strings(let values): values.map { quoted($0) }
        }
    }

    /// The fewest digits that mean this number in its own type, as 0.1 and not 0.10000000149011612.
    private static func shortest(_ value: Double, _ dataType: DataType) -> String {
        dataType == .fp64 ? "\(value)" : "\(Float(value))"
    }

    private static func short(_ value: Double) -> String { "\(Float(value))" }

    private static func quoted(_ bytes: [UInt8]) -> String {
        var json = JSONWriter()
        json.string(String(decoding: bytes, as: UTF8.self))
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func numbers(_ elements: TensorElements) -> [Double]? {
        switch elements {
        case .signed(let values): values.map { Double($0) }
        case .unsigned(let values): values.map { Double($0) }
        case .reals(let values): values
        case .booleans, .strings: nil
        }
    }

    private func json(_ answer: InferenceAnswer) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("model_name")
        json.string(answer.modelName)
        json.key("model_version")
        json.string(answer.modelVersion)
        json.key("outputs")
        json.beginArray()
        for output in answer.outputs {
            json.beginObject()
            json.key("name")
            json.string(output.name)
            json.key("datatype")
            json.string(output.dataType.protocolName)
            json.key("shape")
            json.beginArray()
            for dimension in output.shape.dimensions { json.int(dimension) }
            json.endArray()
            json.key("data")
            Self.append(output, to: &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func append(_ output: InferenceAnswer.Output, to json: inout JSONWriter) {
        json.beginArray()
        switch output.elements {
        case .booleans(let values): for value in values { json.bool(value) }
        case .signed(let values): for value in values { json.int(value) }
        case .unsigned(let values): for value in values { json.int(value) }
        case .reals(let values): for value in values { json.number(Double(shortest(value, output.dataType)) ?? value) }
        case .strings(let values): for value in values { json.string(String(decoding: value, as: UTF8.self)) }
        }
        json.endArray()
    }
}
