import Testing

@testable import nereid

struct StopPlanTests {
    private var settings = StopSettings()

    @Test func withoutDrainHTTPEndsBeforeGRPC() {
        let plan = StopPlan(settings, reason: .signal, isServing: true)
        #expect(
            plan.steps == [
                .end([.http], idleGrace: .seconds(1)), .end([.grpc], idleGrace: .seconds(1)), .unload,
                .end([.metrics], idleGrace: .zero),
            ])
        #expect(plan.summary(exitTimeout: .seconds(30)).contains("may finish for 30 s"))
    }

    @Test func drainSaysNotReadyFirstAndAnnouncesTheEndLast() {
        var settings = settings
        settings.drain = .seconds(10)
        let plan = StopPlan(settings, reason: .signal, isServing: true)
        #expect(
            plan.steps == [
                .reportNotReady, .serve(.seconds(9)), .announceEnd, .serve(.seconds(1)),
                .end([.http, .grpc], idleGrace: .seconds(1)), .unload, .end([.metrics], idleGrace: .zero),
            ])
        #expect(plan.summary(exitTimeout: .seconds(30)).contains("serving for 10 s"))
        settings.idleGrace = .seconds(60)
        #expect(
            StopPlan(settings, reason: .signal, isServing: true).steps.prefix(4) == [
                .reportNotReady, .serve(.zero), .announceEnd, .serve(.seconds(10)),
            ])
    }

    @Test func aServerThatNeverWasReadyDoesNotDrain() {
        var settings = settings
        settings.drain = .seconds(10)
        #expect(!StopPlan(settings, reason: .signal, isServing: false).steps.contains(.reportNotReady))
    }

    @Test func afterAHandoverThePortsAreLeftAtOnce() {
        var settings = settings
        settings.drain = .seconds(10)
        let all = ServingEndpoint.allCases
        #expect(
            StopPlan(settings, reason: .handedOver, isServing: true).steps == [
                .stopAccepting(all), .confirmHandover, .end([.http, .grpc], idleGrace: .seconds(1)), .unload,
                .end([.metrics], idleGrace: .zero),
            ])
    }
}
