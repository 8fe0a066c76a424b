import InferenceTesting
import Testing

@testable import GRPCFrontend

@Suite struct StreamOrderTests {
    private func order(isStrict: Bool = false, requests: Int = 100, bytes: Int = 1 << 30) -> StreamOrder<String> {
        StreamOrder(isStrict: isStrict, maximumRequests: requests, maximumRequestBytes: bytes)
    }

    private func open(_ order: inout StreamOrder<String>, ordered: Bool = true, bytes: Int = 1)
        -> StreamOrder<String>.Ticket
    {
        _ = order.received(byteCount: bytes)
        return order.opened(isOrdered: ordered, byteCount: bytes)
    }

    /// Actions in a form that reads well in a failure.
    private func text(_ actions: [StreamOrder<String>.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .send(let message): message
            case .finish(let status): "finish \(status.code.rawValue)"
            case .cancelRequests: "cancel"
            case .pauseReceiving: "pause"
            case .resumeReceiving: "resume"
            }
        }
    }

    @Test func responsesOfOrdinaryModelsKeepTheOrderOfTheirRequests() {
        var order = order()
        let tickets = (0..<3).map { _ in open(&order) }
        #expect(text(order.answered(tickets[2], "c")).isEmpty)
        #expect(text(order.answered(tickets[0], "a")) == ["a"])
        #expect(text(order.answered(tickets[1], "b")) == ["b", "c"])
    }

    @Test func decoupledResponsesWaitForNobody() {
        var order = order()
        let first = open(&order)
        let decoupled = open(&order, ordered: false)
        #expect(text(order.responded("d1")) == ["d1"])
        #expect(text(order.answered(decoupled, "d2")) == ["d2"])
        #expect(text(order.answered(first, "a")) == ["a"])
    }

    @Test func theStreamEndsAfterTheLastAnswer() {
        var order = order()
        let first = open(&order)
        let decoupled = open(&order, ordered: false)
        #expect(text(order.halfClosed()).isEmpty)
        #expect(text(order.answered(decoupled, nil)).isEmpty)
        #expect(text(order.answered(first, "a")) == ["a", "finish 0"])
        #expect(order.isEnded && order.unfinishedCount == 0)
        #expect(text(order.halfClosed()).isEmpty)
    }

    @Test func aStreamWithoutRequestsEndsAtOnce() {
        var order = order()
        #expect(text(order.halfClosed()) == ["finish 0"])
    }

    @Test func aMessageThatIsReceivedKeepsTheStreamOpenBeforeItIsRead() {
        var order = order()
        _ = order.received(byteCount: 5)
        #expect(text(order.halfClosed()).isEmpty)
        let ticket = order.opened(isOrdered: true, byteCount: 5)
        #expect(text(order.answered(ticket, "a")) == ["a", "finish 0"])
    }

    @Test func whatIsNoRequestEndsTheStreamAfterWhatCameBefore() {
        var order = order()
        let first = open(&order)
        _ = order.received(byteCount: 3)
        #expect(text(order.refused(GRPCStatus(.internal, "x"), byteCount: 3)).isEmpty)
        #expect(text(order.halfClosed()).isEmpty)
        #expect(text(order.answered(first, "a")) == ["a", "finish 13"])
    }

    @Test func errorsTakeTheirPlaceInTheOrder() {
        var order = order()
        let tickets = (0..<2).map { _ in open(&order) }
        #expect(text(order.failed(tickets[1], GRPCStatus(.notFound), "error")).isEmpty)
        #expect(text(order.answered(tickets[0], "a")) == ["a", "error"])
        #expect(!order.isEnded)
    }

    @Test func theFirstErrorEndsAStrictStream() {
        var order = order(isStrict: true)
        let tickets = (0..<3).map { _ in open(&order) }
        #expect(text(order.failed(tickets[1], GRPCStatus(.notFound), "error")) == ["finish 5", "cancel"])
        #expect(text(order.answered(tickets[0], "a")).isEmpty)
        #expect(text(order.failed(tickets[2], GRPCStatus(.internal), "error")).isEmpty)
        #expect(text(order.halfClosed()).isEmpty)

        var decoupled = self.order(isStrict: true)
        _ = open(&decoupled, ordered: false)
        #expect(text(decoupled.failedResponse(GRPCStatus(.internal), "error")) == ["finish 13", "cancel"])
    }

    @Test func aClientThatLeavesCancelsItsRequests() {
        var order = order()
        let ticket = open(&order)
        #expect(text(order.cancelled()) == ["cancel"])
        #expect(text(order.answered(ticket, "a")).isEmpty)
        #expect(text(order.responded("b")).isEmpty)
        #expect(text(order.cancelled()).isEmpty)
        #expect(text(order.hold(.decoding)).isEmpty)
    }

    @Test func tooManyRequestsMakeTheClientWait() {
        var order = order(requests: 2)
        #expect(text(order.received(byteCount: 1)).isEmpty)
        let first = order.opened(isOrdered: true, byteCount: 1)
        #expect(text(order.received(byteCount: 1)) == ["pause"])
        let second = order.opened(isOrdered: true, byteCount: 1)
        #expect(text(order.answered(second, "b")) == ["resume"])
        #expect(text(order.answered(first, "a")) == ["a", "b"])
    }

    @Test func tooLargeRequestsMakeTheClientWait() {
        var order = order(bytes: 100)
        #expect(text(order.received(byteCount: 99)).isEmpty)
        let first = order.opened(isOrdered: true, byteCount: 99)
        #expect(text(order.received(byteCount: 1)) == ["pause"])
        #expect(text(order.answered(first, "a")) == ["a", "resume"])
    }

    @Test func theClientWaitsForAllReasons() {
        var order = order()
        #expect(text(order.hold(.decoding)) == ["pause"])
        #expect(text(order.hold(.unreadResponses)) == ["pause"])
        #expect(text(order.release(.decoding)).isEmpty)
        #expect(text(order.release(.decoding)).isEmpty)
        #expect(text(order.release(.unreadResponses)) == ["resume"])
    }

    /// Whatever the order of events: ordered answers leave in order, each once, and the stream ends once, at the end.
    @Test func randomEventsKeepTheRules() {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var order = order(requests: 3)
            var open: [(ticket: StreamOrder<String>.Ticket, name: String)] = []
            var sent: [String] = []
            var expected: [String] = []
            var ends = 0
            var isPaused = false
            func run(_ actions: [StreamOrder<String>.Action]) {
                for action in text(actions) {
                    switch action {
                    case "finish 0": ends += 1
                    case "pause": isPaused = true
                    case "resume": isPaused = false
                    default: sent.append(action)
                    }
                }
            }
            var number = 0
            while number < 20 || !open.isEmpty {
                if number < 20, !isPaused, random.next() % 2 == 0 {
                    run(order.received(byteCount: 1))
                    let isOrdered = random.next() % 3 != 0
                    open.append((order.opened(isOrdered: isOrdered, byteCount: 1), "\(isOrdered ? "o" : "d")\(number)"))
                    if isOrdered { expected.append("o\(number)") }
                    number += 1
                    if number == 20 { run(order.halfClosed()) }
                } else if !open.isEmpty {
                    let answered = open.remove(at: Int(random.next() % UInt64(open.count)))
                    run(order.answered(answered.ticket, answered.name))
                }
                #expect(open.count <= 3, "seed \(seed)")
            }
            #expect(sent.filter { $0.hasPrefix("o") } == expected, "seed \(seed)")
            #expect(sent.count == 20 && ends == 1 && !isPaused, "seed \(seed)")
        }
    }
}
