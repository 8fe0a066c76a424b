import InferenceTypes
import Testing

@testable import HTTPFrontend

@Suite struct RecordedExchangeTests {
    @Test(arguments: RecordedExchange.answers)
    func answered(_ exchange: RecordedExchange.Answer) throws {
        let encoded = try RecordedExchange.run(exchange.request)
        #expect(String(decoding: encoded.header, as: UTF8.self) == exchange.json)
        #expect(encoded.tensors.flatMap { $0.withUnsafeBytes(Array.init) } == exchange.binary)
    }

    @Test(arguments: RecordedExchange.malformedRequests + RecordedExchange.invalidRequests)
    func rejected(_ exchange: RecordedExchange.Rejection) {
        let error = #expect(throws: ServingError.self) { try RecordedExchange.run(exchange.request) }
        #expect(error?.message == exchange.message)
        #expect(error?.code == exchange.code)
    }

    @Test func bytesThatAreNotUTF8AreWrittenAsTheyAre() throws {
        let json =
            #"{"inputs":[{"name":"INPUT0","shape":[1,3],"datatype":"BYTES","parameters":{"binary_data_size":18}}]}"#
        let encoded = try RecordedExchange.run(
            RecordedExchange.Request(
                "invalid-utf8", "id_bytes", json, binary: "03000000616263" + "00000000" + "03000000ff00fe"))
        let end = Array(#""data":["abc",""#.utf8) + [0x22, 0x2C, 0x22, 0xFF] + Array("\\u0000".utf8) + [0xFE]
        #expect(encoded.header.dropLast(5).suffix(end.count) == end[...])
        #expect(encoded.header.suffix(5) == Array(#""]}]}"#.utf8)[...])
    }
}
