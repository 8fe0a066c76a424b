import InferenceTypes
import ServingProtocol
import Testing

@Suite struct ClassificationTests {
    private func classes(
        _ tensor: Tensor, _ count: UInt64, batches: Bool = false, labels: [String] = []
    ) throws(ServingError) -> (shape: Shape, strings: [String]) {
        let result = try Classification.classify(tensor, count: count, batches: batches) {
            labels.indices.contains($0) ? labels[$0] : nil
        }
        #expect(result.dataType == .bytes)
        #expect(result.name == tensor.name)
        let strings = result.bytes.withUnsafeBytes { memory in
            BytesElements(memory).map { String(decoding: $0, as: UTF8.self) }
        }
        return (result.shape, strings)
    }

    private func tensor<Element: BitwiseCopyable>(_ type: DataType, _ shape: Shape, _ elements: [Element]) -> Tensor {
        let bytes = elements.withUnsafeBytes { TensorBytes(copying: Array($0)) }
        return Tensor(name: "Y", dataType: type, shape: shape, bytes: bytes)
    }

    @Test func eachItemOfABatchIsClassified() throws {
        let scores = tensor(.fp32, [2, 4], [0.1, 0.9, 0.3, 0.2, 5, 4, 4, 7] as [Float])
        let (shape, strings) = try classes(scores, 9, batches: true, labels: ["cat", "dog", "fox", "owl"])
        #expect(shape == [2, 4])
        #expect(
            strings == [
                "0.900000:1:dog", "0.300000:2:fox", "0.200000:3:owl", "0.100000:0:cat", "7.000000:3:owl",
                "5.000000:0:cat",
                "4.000000:1:dog", "4.000000:2:fox",
            ])
        #expect(try classes(scores, 1, batches: true).strings == ["0.900000:1", "7.000000:3"])
    }

    @Test(.timeLimit(.minutes(1))) func itemsWithoutElementsTakeNoTime() throws {
        let (shape, strings) = try classes(tensor(.fp32, [1 << 60, 0], [] as [Float]), 3, batches: true)
        #expect(shape == [1 << 60, 0])
        #expect(strings == [])
    }

    @Test func withoutABatchTheWholeTensorIsOneItem() throws {
        let (shape, strings) = try classes(tensor(.int16, [2, 2], [3, -1, 7, 5] as [Int16]), 2, labels: ["a"])
        #expect(shape == [2])
        #expect(strings == ["7:2", "5:3"])
        #expect(try classes(tensor(.int16, [0], [] as [Int16]), 2).shape == [0])
    }

    @Test func valuesLookAsCPrintsThem() throws {
        let values: [Double] = [1e20, -0.0000004, .infinity, .nan, 0.1234568, -1e-9]
        #expect(
            try classes(tensor(.fp64, [6], values), 6).strings
                == ["inf:2", "100000000000000000000.000000:0", "0.123457:4", "-0.000000:5", "-0.000000:1", "nan:3"])
        #expect(try classes(tensor(.uint64, [2], [UInt64.max, 1]), 1).strings == ["18446744073709551615:0"])
        #expect(
            try classes(tensor(.fp64, [1], [Double.greatestFiniteMagnitude]), 1).strings[0].utf8.count == 309 + 7 + 2)
    }

    @Test func bothWaysOfSelectingAgree() throws {
        var state: UInt64 = 3
        let values = (0..<500).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int32(truncatingIfNeeded: state >> 33) % 50
        }
        let all = try classes(tensor(.int32, [500], values), 500).strings
        #expect(Array(all.prefix(64)) == (try classes(tensor(.int32, [500], values), 64).strings))
        let expected = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
        #expect(all == expected.map { "\(values[$0]):\($0)" })
    }

    @Test(arguments: [DataType.bool, .fp16, .bf16, .bytes])
    func typesWithoutAnOrderAreRefused(type: DataType) {
        let error = #expect(throws: ServingError.self) {
            try classes(Tensor(name: "Y", dataType: type, shape: [1], bytes: TensorBytes(copying: [0, 0])), 1)
        }
        #expect(
            error
                == ServingError(
                    .invalidArgument,
                    "class result not available for output due to unsupported type '\(type.protocolName)'"))
    }

    @Test func largeAndContradictoryTensorsAreRefused() {
        let large = tensor(.uint8, [1_000_001], [UInt8](repeating: 0, count: 1_000_001))
        #expect(throws: ServingError(.invalidArgument, "classification output tensor too large")) {
            try classes(large, 1)
        }
        #expect(throws: ServingError(.internal, "output tensor shape does not match size of output for 'Y'")) {
            try classes(tensor(.int32, [2, 2], [1, 2] as [Int32]), 1, batches: true)
        }
    }
}
