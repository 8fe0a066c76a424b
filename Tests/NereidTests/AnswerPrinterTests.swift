import InferenceTypes
import JSONText
import Testing

@testable import nereid

struct AnswerPrinterTests {
    private typealias Output = InferenceAnswer.Output

    private func answer(_ json: String) throws -> InferenceAnswer {
        try InferenceAnswer(
            body: Array(#"{"model_name":"m","model_version":"1","outputs":[\#(json)]}"#.utf8), headerLength: nil)
    }

    private let text = #"{"name":"TEXT","datatype":"BYTES","shape":[2],"data":["and so","my \"fellow\""]}"#
    private let numbers = #"{"name":"P","datatype":"FP32","shape":[2,2],"data":[0.1,1,-2.5,1e30]}"#

    @Test func oneStringOutputIsPrintedAsItIs() throws {
        #expect(try AnswerPrinter(format: .text).text(answer(text)) == "and so\nmy \"fellow\"\n")
    }

    @Test func severalOutputsAreNamed() throws {
        #expect(
            try AnswerPrinter(format: .text).text(answer(text + "," + numbers)) == """
                TEXT: and so
                my "fellow"
                P FP32 [2,2]: [[0.1, 1.0], [-2.5, 1e+30]]

                """)
    }

    @Test func largeTensorsAreSummedUp() throws {
        let data = (0..<100).map(String.init).joined(separator: ",")
        let large = #"{"name":"L","datatype":"INT32","shape":[100],"data":[\#(data)]}"#
        #expect(
            try AnswerPrinter(format: .text).text(answer(large))
                == "L INT32 [100]: 100 elements, 0, 1, 2, 3, 4, 5, 6, 7, ... (min 0.0, max 99.0, mean 49.5)\n")
    }

    @Test func tables() throws {
        #expect(
            try AnswerPrinter(format: .table).text(answer(text)) == """
                +--------+----------+-------+-----------------------------+
                | Output | Datatype | Shape | Data                        |
                +--------+----------+-------+-----------------------------+
                | TEXT   | BYTES    | [2]   | ["and so", "my \\"fellow\\""] |
                +--------+----------+-------+-----------------------------+

                """)
        let narrow = try AnswerPrinter(format: .table, width: 50).text(answer(text))
        #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 50 })
    }

    @Test func jsonHoldsEveryValue() throws {
        let printed = try AnswerPrinter(format: .json).text(answer(numbers + "," + text))
        #expect(
            printed == """
                {"model_name":"m","model_version":"1","outputs":[{"name":"P","datatype":"FP32","shape":[2,2],\
                "data":[0.1,1.0,-2.5,1e30]},{"name":"TEXT","datatype":"BYTES","shape":[2],"data":["and so",\
                "my \\"fellow\\""]}]}

                """)
    }

    @Test func emptyAndScalarShapes() throws {
        let outputs = try answer(
            #"{"name":"E","datatype":"INT8","shape":[2,0],"data":[]},{"name":"S","datatype":"BOOL","shape":[],"data":[true]}"#
        )
        #expect(AnswerPrinter(format: .text).text(outputs) == "E INT8 [2,0]: [[], []]\nS BOOL []: true\n")
    }
}
