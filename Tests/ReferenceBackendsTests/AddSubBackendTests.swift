import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import Logging
import ModelConfiguration
import ReferenceBackends
import Testing

@Suite struct AddSubBackendTests {
    func configuration(_ type: DataType, maxBatchSize: Int32 = 0, dims: Shape = [2]) -> ModelConfig {
        .forTesting(
            "simple", backend: "add_sub", maxBatchSize: maxBatchSize,
            inputs: [("INPUT0", type, dims), ("INPUT1", type, dims)],
            outputs: [("OUTPUT0", type, dims), ("OUTPUT1", type, dims)])
    }

    func results<T: BitwiseCopyable>(_ type: DataType, _ left: [T], _ right: [T]) async throws -> [[T]] {
        let model = try ModelSet([AddSubBackend()]).load(configuration(type))
        let response = try await model.infer(
            .forTesting("simple", [.forTesting("INPUT0", type, [2], left), .forTesting("INPUT1", type, [2], right)])
        ).get()
        #expect(response.outputs.map(\.name) == ["OUTPUT0", "OUTPUT1"])
        return response.outputs.map { $0.elements(T.self) }
    }

    @Test func everyNumericType() async throws {
        #expect(try await results(.int8, [Int8(5), 127], [3, 1]) == [[8, -128], [2, 126]])
        #expect(try await results(.int16, [Int16(5), -7], [3, 1]) == [[8, -6], [2, -8]])
        #expect(try await results(.int32, [Int32.max, 1], [1, 2]) == [[.min, 3], [.max - 1, -1]])
        #expect(try await results(.int64, [Int64(5), -7], [3, 1]) == [[8, -6], [2, -8]])
        #expect(try await results(.uint8, [UInt8(5), 0], [3, 1]) == [[8, 1], [2, 255]])
        #expect(try await results(.uint16, [UInt16(5), 0], [3, 1]) == [[8, 1], [2, 65_535]])
        #expect(try await results(.uint32, [UInt32(5), 0], [3, 1]) == [[8, 1], [2, .max]])
        #expect(try await results(.uint64, [UInt64(5), 0], [3, 1]) == [[8, 1], [2, .max]])
        #expect(try await results(.fp32, [Float(1.5), -2], [0.25, 3]) == [[1.75, 1], [1.25, -5]])
        #expect(try await results(.fp64, [1.5, -2], [0.25, 3]) == [[1.75, 1], [1.25, -5]])
    }

    @Test func halfPrecisionRoundsToTheNearest() async throws {
        // 1.0 + 1.5, 1.0 - 1.5; 2048 + 1 ties to the even 2048; 65504 + 65504 overflows.
        #expect(
            try await results(.fp16, [UInt16(0x3C00), 0x6800], [0x3E00, 0x3C00])
                == [[0x4100, 0x6800], [0xB800, 0x67FF]])
        #expect(try await results(.fp16, [UInt16(0x7BFF), 0x0001], [0x7BFF, 0x0001]) == [[0x7C00, 0x0002], [0, 0]])
        #expect(
            try await results(.bf16, [UInt16(0x3F80), 0x4380], [0x3FC0, 0x3F80]) == [
                [0x4020, 0x4380], [0xBF00, 0x437F],
            ])
    }

    @Test(arguments: [DataType.bool, .bytes])
    func whatIsNoNumberIsRefused(_ type: DataType) {
        #expect(
            throws: ServingError(
                .invalidArgument,
                "the tensors of an add_sub model must have one numeric datatype, got \(type.configurationName)")
        ) { try ModelSet([AddSubBackend()]).load(configuration(type)) }
    }

    @Test func differentShapesAreAnError() async throws {
        let model = try ModelSet([AddSubBackend()]).load(configuration(.int32, dims: [-1]))
        let answer = await model.infer(
            .forTesting(
                "simple",
                [.forTesting("INPUT0", .int32, [1], [Int32(1)]), .forTesting("INPUT1", .int32, [2], [Int32(1), 2])]))
        #expect(
            throws: ServingError(.invalidArgument, "INPUT0 and INPUT1 must have one shape, got [1] and [2]")
        ) { try answer.get() }
    }

    @Test func bothReferenceBackendsConform() {
        func context(_ configuration: ModelConfig) -> ModelContext {
            ModelContext(
                name: configuration.name, version: 1, configuration: configuration, modelDirectory: "/nonexistent",
                versionDirectory: "/nonexistent/1", coreBudget: 1,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        let requests = (1...3).map { number in
            let values = [Float(number), 2, Float(number), 4]
            return InferenceRequest.forTesting(
                "m", ["INPUT0", "INPUT1"].map { .forTesting($0, .fp32, [2, 2], values) })
        }
        let addSub = configuration(.fp32, maxBatchSize: 8)
        #expect(checkBackend(AddSubBackend(), BackendSample(context: context(addSub), requests: requests)) == [])
        #expect(checkBackend(IdentityBackend(), BackendSample(context: context(addSub), requests: requests)) == [])
    }

    @Test func theConformanceCheckSeesWhatIsWrong() {
        let configuration = configuration(.fp32, maxBatchSize: 8)
        let context = ModelContext(
            name: "m", version: 1, configuration: configuration, modelDirectory: "/", versionDirectory: "/1",
            coreBudget: 1, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let inputs = ["INPUT0", "INPUT1"].map { Tensor.forTesting($0, .fp32, [1, 2], [Float(1), 2]) }
        let sample = BackendSample(context: context, requests: [.forTesting("m", inputs)])
        let silent = FakeBackend { _, _ in ExecutionResult(answers: []) }
        #expect(checkBackend(silent, sample).contains("1 requests got 0 answers"))
        let wrong = FakeBackend { batch, _ in
            ExecutionResult(
                answers: batch.requests.map { _ in
                    .success(.init(outputs: [.forTesting("OUTPUT0", .int32, [2], [Int32(1), 2])]))
                })
        }
        let violations = checkBackend(wrong, sample)
        #expect(violations.contains("output 'OUTPUT1' was asked for and is missing"))
        #expect(violations.contains { $0.hasPrefix("output 'OUTPUT0' is int32, configured fp32") })
        #expect(violations.contains { $0.hasPrefix("output 'OUTPUT0' has shape [2]") })
    }
}
