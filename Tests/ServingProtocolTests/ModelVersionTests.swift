import InferenceTypes
import ServingProtocol
import Testing

@Suite struct ModelVersionTests {
    @Test(arguments: [("1", 1), ("007", 7), ("0", 0), ("9223372036854775807", Int64.max)])
    func numbersAreRead(_ text: String, _ number: Int64) throws {
        #expect(try ModelVersion.number(text) == number)
    }

    @Test func emptyTextLeavesTheChoiceToTheServer() throws {
        #expect(try ModelVersion.number("") == nil)
    }

    @Test(arguments: ["x", "1x", " 1", "1.0", "9223372036854775808", "٣"])
    func otherTextIsRefused(_ text: String) {
        let message =
            "failed to get model version from specified version string '\(text)' (details: stol), "
            + "version should be an integral value > 0"
        #expect(throws: ServingError(.invalidArgument, message)) { try ModelVersion.number(text) }
    }

    @Test func negativeNumbersAreRefused() {
        let message =
            "invalid model version specified '-1' , version should be an integral value > 0"
        #expect(throws: ServingError(.invalidArgument, message)) { try ModelVersion.number("-1") }
    }
}
