import InferenceTypes
import Scheduling
import Testing

@Suite struct DefaultSchedulerTests {
    let answers = Answers()

    @Test func oneRequestPerExecutionInOrderOfArrival() throws {
        var scheduler = DefaultScheduler(maximumQueueSize: 10)
        for id in ["a", "b", "c"] {
            let error = scheduler.enqueue(answers.pending(id, batchSize: 4))
            #expect(error == nil)
        }
        #expect(scheduler.count == 3)
        for id in ["a", "b", "c"] {
            let decision = scheduler.nextBatch(now: .now)
            #expect(decision.batch.map(\.request.id) == [id])
            #expect(decision.refused.isEmpty)
            decision.batch.forEach { $0.settle() }
        }
        let decision = scheduler.nextBatch(now: .now)
        #expect(decision.batch.isEmpty && decision.askAgain == nil)
    }

    @Test func refusesWhatExceedsTheQueueWithTritonsWords() {
        var scheduler = DefaultScheduler(maximumQueueSize: 2)
        var taken: [PendingRequest] = []
        for id in ["a", "b"] {
            let pending = answers.pending(id)
            taken.append(pending)
            let error = scheduler.enqueue(pending)
            #expect(error == nil)
        }
        let over = answers.pending("c")
        let anonymous = answers.pending("")
        let first = scheduler.enqueue(over)
        let second = scheduler.enqueue(anonymous)
        #expect(first == ServingError(.unavailable, "[request id: c] Exceeds maximum queue size"))
        #expect(second == ServingError(.unavailable, "[request id: <id_unknown>] Exceeds maximum queue size"))
        #expect(scheduler.count == 2)
        (taken + [over, anonymous]).forEach { $0.settle() }
    }

    @Test func cancelledRequestsAreDroppedWhenLookedAt() {
        var scheduler = DefaultScheduler(maximumQueueSize: 10)
        let flag = CancellationFlag()
        let first = answers.pending("a", cancellation: flag)
        let second = answers.pending("b")
        _ = scheduler.enqueue(first)
        _ = scheduler.enqueue(second)
        flag.cancel()
        let decision = scheduler.nextBatch(now: .now)
        #expect(decision.batch.map(\.request.id) == ["b"])
        #expect(decision.refused.map(\.pending.request.id) == ["a"])
        #expect(decision.refused.map(\.error.code) == [.cancelled])
        #expect(scheduler.count == 0)
        first.settle()
        second.settle()
    }

    @Test func queueKeepsOrderWhileItGrowsAndShrinks() {
        var queue = RequestQueue(limit: 5_000)
        var next = 0
        var expected = 0
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            if Bool.random(using: &generator) {
                let isTaken = queue.append(answers.pending(String(next)))
                #expect(isTaken)
                next += 1
            } else if let popped = queue.popFirst() {
                #expect(popped.request.id == String(expected))
                expected += 1
                popped.settle()
            }
        }
        while let popped = queue.popFirst() {
            #expect(popped.request.id == String(expected))
            expected += 1
            popped.settle()
        }
        #expect(expected == next && queue.isEmpty)
    }
}
