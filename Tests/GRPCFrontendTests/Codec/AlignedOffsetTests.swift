import Foundation
import InferenceProtos
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

@Suite struct AlignedOffsetTests {
    private func offset(_ bytes: [UInt8]) -> Int { bytes.withUnsafeBytes { InferRequestMessage.alignedOffset($0) } }

    @Test func tellsWhereTheFirstTensorBegins() throws {
        var request = Inference_ModelInferRequest()
        request.modelName = "m"
        request.inputs = [.with { $0.name = "IN" }]
        request.rawInputContents = [Data(repeating: 0x77, count: 1000), Data(repeating: 8, count: 9)]
        let bytes: [UInt8] = try request.serializedBytes()
        let start = try #require(bytes.firstIndex(of: 0x77))
        #expect(offset(bytes) == start)
        for length in 0..<bytes.count {
            #expect(offset(Array(bytes[..<length])) == (length < start ? 0 : start), "\(length) bytes")
        }
    }

    @Test func messagesWithoutRawTensorsHaveNone() {
        #expect(offset([]) == 0)
        #expect(offset([0x0A, 1, 0x61]) == 0)
        #expect(offset([0x0A, 1, 0x61, 0xFF, 0xFF]) == 0)
        #expect(offset([0x0A, 200]) == 0)
    }
}
