import InferenceEngine
import InferenceTypes
import JSONText
import ServingProtocol

/// The statistics extension.
struct StatisticsRoutes: Sendable {
    let service: any InferenceService

    func statistics(_ model: String?, version: Int64?) throws(ServingError) -> HTTPResponse {
        let snapshots = try service.statistics(model: model, version: version)
        var writer = JSONWriter(reserving: 1024 * max(1, snapshots.count))
        writer.beginObject()
        writer.key("model_stats")
        writer.beginArray()
        for snapshot in snapshots { Self.write(snapshot, to: &writer) }
        writer.endArray()
        writer.endObject()
        return HTTPResponse(.ok, .json, body: writer.bytes)
    }

    private static func write(_ snapshot: ModelStatisticsSnapshot, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.string(snapshot.name)
        writer.key("version")
        writer.string(String(snapshot.version))
        writer.key("last_inference")
        writer.int(snapshot.lastInference)
        writer.key("inference_count")
        writer.int(snapshot.inferenceCount)
        writer.key("execution_count")
        writer.int(snapshot.executionCount)
        writer.key("inference_stats")
        writer.durations([
            ("success", snapshot.success), ("fail", snapshot.fail), ("queue", snapshot.queue),
            ("compute_input", snapshot.computeInput), ("compute_infer", snapshot.computeInfer),
            ("compute_output", snapshot.computeOutput), ("cache_hit", snapshot.cacheHit),
            ("cache_miss", snapshot.cacheMiss),
        ])
        writer.key("response_stats")
        writer.beginObject()
        for (index, response) in snapshot.responses.sorted(by: { $0.key < $1.key }) {
            writer.key(String(index))
            writer.durations([
                ("compute_infer", response.computeInfer), ("compute_output", response.computeOutput),
                ("success", response.success), ("fail", response.fail), ("empty_response", response.emptyResponse),
                ("cancel", response.cancel),
            ])
        }
        writer.endObject()
        writer.key("batch_stats")
        writer.beginArray()
        for batch in snapshot.batches {
            writer.beginObject()
            writer.key("batch_size")
            writer.int(batch.batchSize)
            writer.members([
                ("compute_input", batch.computeInput), ("compute_infer", batch.computeInfer),
                ("compute_output", batch.computeOutput),
            ])
            writer.endObject()
        }
        writer.endArray()
        writer.key("memory_usage")
        writer.beginArray()
        for usage in snapshot.memoryUsage {
            writer.beginObject()
            writer.key("type")
            writer.string(usage.type.rawValue)
            writer.key("id")
            writer.int(usage.id)
            writer.key("byte_size")
            writer.int(usage.byteSize)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func durations(_ durations: [(StaticString, StatisticDuration)]) {
        beginObject()
        members(durations)
        endObject()
    }

    fileprivate mutating func members(_ durations: [(StaticString, StatisticDuration)]) {
        for (name, duration) in durations {
            key(name)
            beginObject()
            key("count")
            int(duration.count)
            key("ns")
            int(duration.nanoseconds)
            endObject()
        }
    }
}
