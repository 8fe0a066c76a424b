import InferenceTypes
import ModelConfiguration
import Scheduling
import Testing

@Suite struct SequenceTrackerTests {
    let start = ContinuousClock.now

    func tracker(limit: Int = 10) -> SequenceTracker {
        var settings = ModelSequenceBatching()
        settings.maxSequenceIdleMicroseconds = 5_000_000
        return SequenceTracker(settings, limit: limit)
    }

    func request(
        _ id: CorrelationID, start: Bool = false, end: Bool = false, batchSize: Int = 1
    ) -> InferenceRequest {
        var request = InferenceRequest(modelName: "id_seq")
        request.correlationID = id
        request.sequenceStart = start
        request.sequenceEnd = end
        request.batchSize = batchSize
        return request
    }

    @Test func aSequenceRunsFromStartToEnd() {
        var tracker = tracker()
        let id = CorrelationID.unsigned(7)
        let errors = [
            tracker.admit(request(id, start: true), now: start),
            tracker.admit(request(id), now: start + .seconds(4)),
            tracker.admit(request(id, end: true), now: start + .seconds(8)),
            tracker.admit(request(id), now: start + .seconds(8)),
        ]
        #expect(errors[0] == nil && errors[1] == nil && errors[2] == nil)
        #expect(
            errors[3]?.message
                == "inference request for sequence 7 to model 'id_seq' must specify the START flag on the first request of the sequence"
        )
        #expect(errors[3]?.code == .invalidArgument)
        #expect(tracker.activeCount == 0)
    }

    @Test func anIdleSequenceIsForgotten() {
        var tracker = tracker()
        let id = CorrelationID.string("call")
        _ = tracker.admit(request(id, start: true), now: start)
        let late = tracker.admit(request(id), now: start + .seconds(6))
        #expect(
            late?.message
                == "inference request for sequence call to model 'id_seq' must specify the START flag on the first request of the sequence"
        )
        #expect(tracker.activeCount == 0)
    }

    @Test(arguments: [CorrelationID.unsigned(0), .string("")])
    func aSequenceNeedsAnID(_ id: CorrelationID) {
        var tracker = tracker()
        let error = tracker.admit(request(id, start: true), now: start)
        #expect(
            error?.message
                == "inference request to model 'id_seq' must specify a non-zero or non-empty correlation ID")
    }

    @Test func onlyBatchesOfOne() {
        var tracker = tracker()
        let error = tracker.admit(request(.unsigned(6), start: true, batchSize: 2), now: start)
        #expect(
            error?.message
                == "inference request to model 'id_seq' must specify batch-size 1 due to requirements of sequence batcher"
        )
        let nonBatching = tracker.admit(request(.unsigned(6), start: true, batchSize: 0), now: start)
        #expect(nonBatching == nil)
    }

    @Test func theNumberOfActiveSequencesIsLimited() {
        var tracker = tracker(limit: 2)
        for id in 1...2 {
            let error = tracker.admit(request(.unsigned(UInt64(id)), start: true), now: start)
            #expect(error == nil)
        }
        let third = tracker.admit(request(.unsigned(3), start: true), now: start)
        #expect(third?.code == .unavailable)
        let restarted = tracker.admit(request(.unsigned(2), start: true), now: start)
        #expect(restarted == nil)
        // After the idle time the two are gone.
        let later = tracker.admit(request(.unsigned(3), start: true), now: start + .seconds(11))
        #expect(later == nil && tracker.activeCount == 1)
    }
}
