import GRPCFrontend
import InferenceEngine
import InferenceProtos
import InferenceTypes
import SwiftProtobuf
import Testing

@Suite struct StatisticsServiceTests {
    private static func duration(_ number: UInt64) -> StatisticDuration {
        var duration = StatisticDuration()
        duration.count = number
        duration.nanoseconds = number * 1000
        return duration
    }

    private static func message(_ number: UInt64) -> Inference_StatisticDuration {
        .with {
            $0.count = number
            $0.ns = number * 1000
        }
    }

    /// Every field has another value.
    private static let snapshot: ModelStatisticsSnapshot = {
        var snapshot = ModelStatisticsSnapshot()
        snapshot.name = "m"
        snapshot.version = 7
        snapshot.lastInference = .max
        snapshot.inferenceCount = 9
        snapshot.executionCount = 2
        snapshot.success = duration(1)
        snapshot.fail = duration(2)
        snapshot.queue = duration(3)
        snapshot.computeInput = duration(4)
        snapshot.computeInfer = duration(5)
        snapshot.computeOutput = duration(6)
        snapshot.cacheHit = duration(7)
        var batch = ModelStatisticsSnapshot.Batch(batchSize: 8)
        batch.computeInput = duration(9)
        batch.computeInfer = duration(10)
        batch.computeOutput = duration(11)
        snapshot.batches = [batch, .init(batchSize: 16)]
        var response = ModelStatisticsSnapshot.Response()
        response.computeInfer = duration(12)
        response.computeOutput = duration(13)
        response.success = duration(14)
        response.fail = duration(15)
        response.emptyResponse = duration(16)
        response.cancel = duration(17)
        snapshot.responses = [0: response, 10: .init()]
        snapshot.memoryUsage = [.init(type: .gpu, id: -1, byteSize: 5)]
        return snapshot
    }()

    private static let statistics = Inference_ModelStatistics.with {
        $0.name = "m"
        $0.version = "7"
        $0.lastInference = .max
        $0.inferenceCount = 9
        $0.executionCount = 2
        $0.inferenceStats = .with {
            $0.success = message(1)
            $0.fail = message(2)
            $0.queue = message(3)
            $0.computeInput = message(4)
            $0.computeInfer = message(5)
            $0.computeOutput = message(6)
            $0.cacheHit = message(7)
            $0.cacheMiss = message(0)
        }
        let unused = message(0)
        $0.batchStats = [
            .with {
                $0.batchSize = 8
                $0.computeInput = message(9)
                $0.computeInfer = message(10)
                $0.computeOutput = message(11)
            },
            .with {
                $0.batchSize = 16
                $0.computeInput = unused
                $0.computeInfer = unused
                $0.computeOutput = unused
            },
        ]
        $0.responseStats = [
            "0": .with {
                $0.computeInfer = message(12)
                $0.computeOutput = message(13)
                $0.success = message(14)
                $0.fail = message(15)
                $0.emptyResponse = message(16)
                $0.cancel = message(17)
            },
            "10": .with {
                $0.computeInfer = unused
                $0.computeOutput = unused
                $0.success = unused
                $0.fail = unused
                $0.emptyResponse = unused
                $0.cancel = unused
            },
        ]
        $0.memoryUsage = [
            .with {
                $0.type = "GPU"
                $0.id = -1
                $0.byteSize = 5
            }
        ]
    }

    /// Durations of 0 are there too: clients read them without asking.
    @Test func everyNumberIsInItsPlace() async throws {
        let service = ScriptedService(snapshots: [Self.snapshot])
        let response: Inference_ModelStatisticsResponse = try await ControlMethods(service: service).methods.call(
            "ModelStatistics", Inference_ModelStatisticsRequest())
        #expect(response.modelStats == [Self.statistics])
        #expect(service.calls == ["statistics - -"])
    }

    @Test func modelAndVersionArePassedOn() async throws {
        let service = ScriptedService()
        let request = Inference_ModelStatisticsRequest.with {
            $0.name = "m"
            $0.version = "2"
        }
        let response: Inference_ModelStatisticsResponse = try await ControlMethods(service: service).methods.call(
            "ModelStatistics", request)
        #expect(response.modelStats.isEmpty)
        #expect(service.calls == ["statistics m 2"])
    }
}
