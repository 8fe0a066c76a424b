package import NIOCore
import Synchronization

/// Something that another thread has made ready for an event loop, such as an exchange with its response.
package protocol LoopDelivery: AnyObject, Sendable {
    /// Called once for each `post`, on the event loop.
    func deliver()
}

/// What other threads hand over to one event loop: only the first delivery of a batch wakes it.
///
/// Deliveries happen in the order in which they were posted. Thread-safe.
package final class LoopMailbox: Sendable {
    /// After this time the sockets are looked at, even if deliveries still wait.
    private static let maximumRunTime = TimeAmount.milliseconds(2)

    private struct State {
        var posted: [any LoopDelivery] = []
        /// Empty; its memory is used for the next batch.
        var spare: [any LoopDelivery] = []
        var isScheduled = false
    }

    private let eventLoop: any EventLoop
    private let state = Mutex(State())

    package init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// From any thread; on the event loop itself too, where the delivery comes later as well.
    package func post(_ delivery: any LoopDelivery) {
        let isFirst = state.withLock { state in
            state.posted.append(delivery)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if isFirst { eventLoop.execute { self.deliverAll() } }
    }

    private func deliverAll() {
        let end = eventLoop.now + Self.maximumRunTime
        while var batch = take() {
            var delivered = 0
            for delivery in batch {
                delivery.deliver()
                delivered += 1
                if delivered % 16 == 0, eventLoop.now >= end { break }
            }
            batch.removeFirst(delivered)
            putBack(&batch)
            if eventLoop.now >= end { return goOnLater() }
        }
    }

    /// What has been posted; `nil` when that is nothing, and the next to be posted shall wake the loop.
    private func take() -> [any LoopDelivery]? {
        state.withLock { state in
            guard !state.posted.isEmpty else {
                state.isScheduled = false
                return nil
            }
            var batch: [any LoopDelivery] = []
            swap(&batch, &state.spare)
            swap(&batch, &state.posted)
            return batch
        }
    }

    private func putBack(_ rest: inout [any LoopDelivery]) {
        state.withLock { state in
            if rest.isEmpty {
                swap(&rest, &state.spare)
            } else {
                rest += state.posted
                swap(&rest, &state.posted)
            }
        }
    }

    private func goOnLater() {
        // A task without a delay would run before the sockets are looked at.
        eventLoop.scheduleTask(in: .microseconds(50)) { self.deliverAll() }
    }
}
