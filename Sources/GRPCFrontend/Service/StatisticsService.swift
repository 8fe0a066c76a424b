import InferenceEngine
import InferenceProtos
import SwiftProtobuf
import InferenceTypes
import ServingProtocol

/// The statistics extension.
struct StatisticsService: Sendable {
    let service: any InferenceService

    func modelStatistics(
        _ request: Inference_ModelStatisticsRequest
    ) throws(ServingError) -> Inference_ModelStatisticsResponse {
        let version = try ModelVersion.number(request.version)
        let snapshots = try service.statistics(model: request.name.isEmpty ? nil : request.name, version: version)
        return .with { $0.modelStats = snapshots.map(Inference_ModelStatistics.init) }
    }
}

extension Inference_ModelStatistics {
    fileprivate init(_ snapshot: ModelStatisticsSnapshot) {
        self.init()
        name = snapshot.name
        version = String(snapshot.version)
        lastInference = snapshot.lastInference
        inferenceCount = snapshot.inferenceCount
        executionCount = snapshot.executionCount
        inferenceStats = Inference_InferStatistics(snapshot)
        batchStats = snapshot.batches.map(Inference_InferBatchStatistics.init)
        memoryUsage = snapshot.memoryUsage.map { usage in
            .with {
                $0.type = usage.type.rawValue
                $0.id = usage.id
                $0.byteSize = usage.byteSize
            }
        }
        for (index, response) in snapshot.responses {
            responseStats[String(index)] = Inference_InferResponseStatistics(response)
        }
    }
}

extension Inference_InferStatistics {
    fileprivate init(_ snapshot: ModelStatisticsSnapshot) {
        self.init()
        success = Inference_StatisticDuration(snapshot.success)
        fail = Inference_StatisticDuration(snapshot.fail)
        queue = Inference_StatisticDuration(snapshot.queue)
        computeInput = Inference_StatisticDuration(snapshot.computeInput)
        computeInfer = Inference_StatisticDuration(snapshot.computeInfer)
        computeOutput = Inference_StatisticDuration(snapshot.computeOutput)
        cacheHit = Inference_StatisticDuration(snapshot.cacheHit)
        cacheMiss = Inference_StatisticDuration(snapshot.cacheMiss)
    }
}

extension Inference_InferBatchStatistics {
    fileprivate init(_ batch: ModelStatisticsSnapshot.Batch) {
        self.init()
        batchSize = batch.batchSize
        computeInput = Inference_StatisticDuration(batch.computeInput)
        computeInfer = Inference_StatisticDuration(batch.computeInfer)
        computeOutput = Inference_StatisticDuration(batch.computeOutput)
    }
}

extension Inference_InferResponseStatistics {
    fileprivate init(_ response: ModelStatisticsSnapshot.Response) {
        self.init()
        computeInfer = Inference_StatisticDuration(response.computeInfer)
        computeOutput = Inference_StatisticDuration(response.computeOutput)
        success = Inference_StatisticDuration(response.success)
        fail = Inference_StatisticDuration(response.fail)
        emptyResponse = Inference_StatisticDuration(response.emptyResponse)
        cancel = Inference_StatisticDuration(response.cancel)
    }
}

extension Inference_StatisticDuration {
    fileprivate init(_ duration: StatisticDuration) {
        self.init()
        count = duration.count
        ns = duration.nanoseconds
    }
}
