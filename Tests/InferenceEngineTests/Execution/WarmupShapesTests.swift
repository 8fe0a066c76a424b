import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import Logging
import ModelConfiguration
import Testing

@Suite struct WarmupShapesTests {
    private func configuration(
        _ shapes: String?, batchSizes: String? = nil, maxBatchSize: Int32 = 8,
        inputs: [(String, DataType, Shape)] = [("ids", .int64, [-1]), ("mask", .fp32, [-1]), ("scale", .fp32, [2])]
    ) -> ModelConfig {
        var configuration = ModelConfig.forTesting(
            "m", maxBatchSize: maxBatchSize, inputs: inputs, outputs: [("Y", .fp32, [-1])])
        configuration.parameters["WARMUP_SHAPES"] = shapes
        configuration.parameters["WARMUP_BATCH_SIZES"] = batchSizes
        return configuration
    }

    /// The shapes of the inputs of each run, without the batch dimension, and the number of requests.
    private func runs(_ configuration: ModelConfig) throws -> [String] {
        let backend = FakeBackend()
        try ModelSet([backend]).load(configuration)
        return backend.executions.map { execution in
            let shapes = (execution.requests.first?.inputs ?? []).map { "\($0.name)\($0.shape)" }
            return shapes.joined(separator: " ") + " x\(execution.requests.count)"
        }
    }

    private func error(_ configuration: ModelConfig, limits: ServingLimits = ServingLimits()) -> String? {
        var settings = DefaultServableFactory.Settings(coreBudget: 2)
        settings.limits = limits
        do {
            try ModelSet([FakeBackend()], settings: settings).load(configuration)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func rangesDoubleOrGoOnByAStepAndEndWithTheirLast() throws {
        #expect(
            try runs(configuration("ids[16..100], mask[5]")) == [
                "ids[1,16] mask[1,5] scale[1,2] x1", "ids[1,32] mask[1,5] scale[1,2] x1",
                "ids[1,64] mask[1,5] scale[1,2] x1", "ids[1,100] mask[1,5] scale[1,2] x1",
            ])
        #expect(
            try runs(configuration("ids[ 16 .. 40 : 16 ], mask[5]", maxBatchSize: 0)) == [
                "ids[16] mask[5] scale[2] x1", "ids[32] mask[5] scale[2] x1", "ids[40] mask[5] scale[2] x1",
            ])
    }

    @Test func rangesWrittenAlikeGoTogetherAndOthersAreCombined() throws {
        #expect(
            try runs(configuration("ids[1..2], mask[1..2]", maxBatchSize: 0)) == [
                "ids[1] mask[1] scale[2] x1", "ids[2] mask[2] scale[2] x1",
            ])
        #expect(
            try runs(configuration("ids[1..2], mask[3..4:1]", maxBatchSize: 0)) == [
                "ids[1] mask[3] scale[2] x1", "ids[1] mask[4] scale[2] x1", "ids[2] mask[3] scale[2] x1",
                "ids[2] mask[4] scale[2] x1",
            ])
    }

    @Test func setsFollowEachOtherInEveryBatchSize() throws {
        #expect(
            try runs(configuration("ids[7], mask[7]; ids[9], mask[9];", batchSizes: "1, 4..8")) == [
                "ids[1,7] mask[1,7] scale[1,2] x1", "ids[1,7] mask[1,7] scale[1,2] x4",
                "ids[1,7] mask[1,7] scale[1,2] x8", "ids[1,9] mask[1,9] scale[1,2] x1",
                "ids[1,9] mask[1,9] scale[1,2] x4", "ids[1,9] mask[1,9] scale[1,2] x8",
            ])
    }

    @Test func batchSizesAloneUseTheDimsOfTheConfiguration() throws {
        #expect(
            try runs(configuration(nil, batchSizes: "2", inputs: [("x", .fp32, [3])])) == ["x[1,3] x2"])
    }

    @Test func theModelSeesReshapedInputs() throws {
        var reshaped = configuration("x[6]", inputs: [("x", .fp32, [-1])])
        reshaped.inputs[0].dims = [-1]
        reshaped.inputs[0].reshape = [1, -1]
        #expect(try runs(reshaped) == ["x[1,1,6] x1"])
    }

    @Test func eachShapeIsRunUntilTheInstanceIsWarm() throws {
        let backend = FakeBackend(executionsUntilWarm: 3)
        let model = try ModelSet([backend]).load(configuration("x[1..2]", inputs: [("x", .fp32, [-1])]))
        #expect(
            backend.executions.map { $0.requests[0].inputs[0].shape } == [
                [1, 1], [1, 1], [1, 1], [1, 2], [1, 2], [1, 2],
            ])
        #expect(model.statistics.snapshot().executionCount == 6)
    }

    @Test func moreRunsThanTheLimitFailTheLoad() {
        var limits = ServingLimits()
        limits.maximumWarmupShapes = 3
        let tooMany =
            "WARMUP_SHAPES and WARMUP_BATCH_SIZES of model 'm' ask for more than 3 runs, which is the limit "
            + "(--max-warmup-shapes)"
        let x: [(String, DataType, Shape)] = [("x", .fp32, [-1])]
        #expect(error(configuration("x[1..4:1]", inputs: x), limits: limits) == tooMany)
        #expect(error(configuration("x[1..9223372036854775807:1]", inputs: x), limits: limits) == tooMany)
        #expect(error(configuration("x[1]; x[2]; x[3]; x[4]", inputs: x), limits: limits) == tooMany)
        #expect(error(configuration("x[1..2]", batchSizes: "1,2", inputs: x), limits: limits) == tooMany)
        #expect(error(configuration("x[1..3:1]", inputs: x), limits: limits) == nil)
    }

    @Test func theTimeForShapesIsLimited() throws {
        var settings = DefaultServableFactory.Settings(coreBudget: 2)
        settings.limits.warmupShapeTime = .zero
        let log = RecordingLog()
        let backend = FakeBackend()
        try ModelSet([backend], settings: settings, logger: log.logger).load(
            configuration("x[1..2]", inputs: [("x", .fp32, [-1])]))
        #expect(backend.executions.isEmpty)
        #expect(log.messages.contains { $0.hasPrefix("instance 'm_0_0' is warm for 0 of 2 shapes only") })
    }

    @Test func aShapeThatFailsFailsTheLoadAndIsNamed() {
        let backend = FakeBackend { batch, _ in
            .failure(ServingError(.internal, "too long"), count: batch.requests.count)
        }
        #expect(throws: ServingError(.invalidArgument, "failed to run warmup sample 'x[4] x 1': too long; ")) {
            try ModelSet([backend]).load(configuration("x[4]", inputs: [("x", .fp32, [-1])]))
        }
    }

    @Test(arguments: [
        ("x[1", "cannot be read at 'x[1'; expected something like 'input[1, 16..512]; input[1, 640]'"),
        ("x[]", "cannot be read at ''; expected something like 'input[1, 16..512]; input[1, 640]'"),
        ("x[-1]", "cannot be read at '-1'; expected something like 'input[1, 16..512]; input[1, 640]'"),
        ("x[4..2]", "cannot be read at '4..2'; expected something like 'input[1, 16..512]; input[1, 640]'"),
        ("x[4:2]", "cannot be read at '4:2'; expected something like 'input[1, 16..512]; input[1, 640]'"),
        ("x[4] y[4]", "cannot be read at 'y[4]'; expected something like 'input[1, 16..512]; input[1, 640]'"),
        ("x[4], x[5]", "names input 'x' twice in 'x[4], x[5]'"),
        ("z[4]", "names input 'z', which the model does not have; its inputs are 'x', 'y'"),
        ("x[4, 4], y[2]", "has [4,4] for input 'x', whose dims are [-1]; the batch dimension is left out"),
        ("x[4], y[3]", "has [3] for input 'y', whose dims are [2]; the batch dimension is left out"),
        ("y[2]", "needs sizes for input 'x', whose dims [-1] are variable; write WARMUP_SHAPES with 'x[...]'"),
    ])
    func whatCannotBeMeantIsTold(text: String, message: String) {
        let inputs: [(String, DataType, Shape)] = [("x", .fp32, [-1]), ("y", .fp32, [2])]
        #expect(error(configuration(text, inputs: inputs)) == "parameter WARMUP_SHAPES of model 'm' " + message)
    }

    @Test func batchSizesStayWithinTheModels() {
        let x: [(String, DataType, Shape)] = [("x", .fp32, [2])]
        #expect(
            error(configuration(nil, batchSizes: "16", inputs: x))
                == "parameter WARMUP_BATCH_SIZES of model 'm' asks for batches of 16, and the model takes 8 at most")
        #expect(
            error(configuration(nil, batchSizes: "two", inputs: x))
                == "parameter WARMUP_BATCH_SIZES of model 'm' cannot be read at 'two'; expected something like '1, 2, 4..32'"
        )
    }
}
