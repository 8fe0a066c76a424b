import InferenceTypes
import Testing

@Suite struct ParametersTests {
    @Test func keepsOrderAndReplaces() {
        var parameters: Parameters = ["b": .int64(1), "a": .bool(true)]
        parameters["b"] = .string("x")
        parameters["c"] = .double(2)
        parameters["a"] = nil
        #expect(parameters.entries.map(\.name) == ["b", "c"])
        #expect(parameters["b"] == .string("x"))
        #expect(parameters["a"] == nil)
    }

    @Test func aCorrelationIDOfZeroOrNothingIsNone() {
        #expect(CorrelationID.none.isNone)
        #expect(CorrelationID.string("").isNone)
        #expect(!CorrelationID.string("0").isNone)
        #expect(!CorrelationID.unsigned(1).isNone)
    }
}
