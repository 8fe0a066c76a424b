import InferenceTypes
import Testing

@testable import InferenceEngine

/// Which models are in memory, rule by rule.
struct ResidencyPolicyTests {
    private func driver(
        budget: Int = 100, _ sizes: [String: Int] = ["a": 40, "b": 40, "c": 40],
        _ change: (inout OnDemandSettings) -> Void = { _ in }
    ) -> ResidencyDriver {
        var driver = ResidencyDriver(budget: budget, change)
        driver.models = sizes.mapValues { .init(fileBytes: $0, bytes: $0) }
        return driver
    }

    /// Uses each model once, one after the other.
    private func use(_ names: String..., of driver: inout ResidencyDriver) {
        for name in names {
            driver.ask(name)
            driver.finishAll()
        }
        _ = driver.takeJournal()
    }

    @Test func aModelLoadsAtFirstUseAndAnswersWhoeverWaits() {
        var driver = driver()
        let requests = [driver.ask("a"), driver.ask("a")]
        #expect(driver.takeJournal() == [.survey("a")])
        driver.endSurvey(at: 0)
        #expect(driver.takeJournal() == [.load("a")])
        let late = driver.ask("a")
        driver.endLoad(at: 0)
        #expect(
            driver.takeJournal() == [.reinstate("a")] + (requests + [late]).map { .answer($0, model: "a") })
        #expect(driver.policy.charged == 40 && driver.policy.waitingCount == 0)
    }

    @Test func theLeastRecentlyUsedModelLeaves() {
        var driver = driver()
        use("a", "b", "a", of: &driver)
        driver.ask("c")
        driver.finishAll()
        #expect(driver.inService == ["a", "c"])
        let unload = driver.journal.firstIndex(of: .unload(["b"]))
        let load = driver.journal.firstIndex(of: .load("c"))
        #expect(unload.map { place in load.map { place < $0 } ?? false } == true)
    }

    @Test func aModelLoadsOnlyWhenMemoryIsBack() {
        var driver = driver()
        use("a", "b", of: &driver)
        driver.ask("c")
        driver.endSurvey(at: 0)
        #expect(driver.leaving == ["a"] && driver.loads == [])
        driver.endLeaving(at: 0)
        #expect(driver.loads == ["c"])
    }

    @Test func anIdleModelLeavesBeforeOneInUse() {
        var driver = driver()
        use("b", of: &driver)
        driver.ask("a")
        driver.finishAll(endingLeases: false)
        use("b", of: &driver)
        driver.ask("a")
        driver.ask("c")
        driver.finishAll(endingLeases: false)
        #expect(driver.isLeased("a") && driver.inService == ["a", "c"])
    }

    @Test func pinnedModelsStay() {
        var driver = driver { $0.pinnedModels = ["a"] }
        use("a", "b", "c", "b", "c", of: &driver)
        #expect(driver.inService == ["a", "c"])
    }

    @Test func modelsInUseGetNoRequestsAfterAWhileAndLeaveWhenTheLastIsAnswered() {
        var driver = driver()
        let first = driver.ask("a")
        let second = driver.ask("b")
        driver.finishAll(endingLeases: false)
        let waiting = driver.ask("c")
        driver.endSurvey(at: 0)
        #expect(driver.withdrawn.isEmpty)
        driver.pass(driver.policy.settings.patience)
        #expect(driver.withdrawn == ["a"] && driver.inService == ["a", "b"])
        // Whoever asks for it now has its turn after the one that waits already.
        let again = driver.ask("a")
        driver.endLease(of: first)
        #expect(driver.leaving == ["a"])
        driver.endLeaving(at: 0)
        driver.endLoad(at: 0)
        #expect(driver.outcomes[waiting] == .answered && driver.outcomes[again] == nil)
        driver.endLease(of: second)
        driver.finishAll(endingLeases: false)
        #expect(driver.outcomes[again] == .answered)
    }

    @Test func aModelThatNeedNotLeaveAnyMoreServesOn() {
        var driver = driver { $0.maximumWait = .seconds(2) }
        for name in ["a", "b"] { driver.ask(name) }
        driver.finishAll(endingLeases: false)
        let refused = driver.ask("c")
        driver.endSurvey(at: 0)
        driver.pass(.seconds(1))
        #expect(driver.withdrawn == ["a"])
        let again = driver.ask("a")
        driver.pass(.seconds(1))
        #expect(driver.outcomes[refused] == .refused(.waitedTooLong))
        #expect(driver.outcomes[again] == .answered && driver.withdrawn.isEmpty)
    }

    @Test func whatWasLoadedStaysForItsMinimumTime() {
        var driver = driver { $0.minimumResidence = .seconds(1) }
        driver.ask("a")
        driver.ask("b")
        driver.finishAll()
        let loaded = driver.now
        driver.ask("c")
        driver.endSurvey(at: 0)
        driver.pass(.milliseconds(900))
        #expect(driver.inService == ["a", "b"])
        driver.finishAll()
        #expect(driver.inService.contains("c") && driver.now - loaded >= .seconds(1))
    }

    @Test func theFirstToWaitGetsTheRoom() {
        var driver = driver(["a": 60, "b": 40, "big": 100, "small": 10])
        for name in ["a", "b"] { driver.ask(name) }
        driver.finishAll(endingLeases: false)
        let big = driver.ask("big")
        let small = driver.ask("small")
        while !driver.surveys.isEmpty { driver.endSurvey(at: 0) }
        driver.endLease(at: 1)
        driver.endLeaving(at: 0)
        #expect(driver.loads == [])
        driver.endLease(at: 0)
        driver.endLeaving(at: 0)
        #expect(driver.loads == ["big"])
        driver.finishAll()
        #expect(driver.outcomes[big] == .answered && driver.outcomes[small] == .answered)
    }

    @Test func aModelLargerThanTheBudgetLoadsAlone() {
        var driver = driver(["a": 40, "huge": 300])
        use("a", of: &driver)
        let request = driver.ask("huge")
        driver.endSurvey(at: 0)
        #expect(driver.loads == [] && driver.leaving == ["a"])
        driver.finishAll()
        #expect(driver.outcomes[request] == .answered && driver.inService == ["huge"])
        use("a", of: &driver)
        #expect(driver.inService == ["a"])
    }

    @Test func othersLeaveWhenALoadTakesMoreThanItsFiles() {
        var driver = driver(["a": 30, "b": 30, "c": 30])
        driver.models["c"]?.bytes = 60
        use("a", "b", "c", of: &driver)
        #expect(driver.inService == ["b", "c"])
        // Next time it is known beforehand.
        use("a", of: &driver)
        #expect(driver.bytesInMemory <= 100)
        driver.ask("c")
        driver.finishAll()
        let unload = driver.journal.firstIndex { if case .unload = $0 { true } else { false } }
        let load = driver.journal.firstIndex(of: .load("c"))
        #expect(unload.map { place in load.map { place < $0 } ?? false } ?? true)
        #expect(driver.bytesInMemory <= 100)
    }

    @Test func anEnsembleLoadsWithItsPartsAndLeavesBeforeThem() {
        var driver = driver(["a": 40, "b": 40, "c": 90, "e": 0])
        driver.models["e"]?.parts = ["a", "b"]
        let request = driver.ask("e")
        driver.endSurvey(at: 0)
        #expect(driver.loading.keys.sorted() == ["a", "b", "e"] && driver.policy.charged == 80)
        driver.finishAll(endingLeases: false)
        driver.ask("c")
        driver.endSurvey(at: 0)
        // The request to the ensemble keeps the models that it is composed of.
        #expect(driver.inService == ["a", "b", "e"])
        driver.endLease(of: request)
        _ = driver.takeJournal()
        driver.finishAll()
        #expect(driver.inService == ["c"])
    }

    @Test func aPartOfAPinnedEnsembleStays() {
        var driver = driver(["a": 40, "b": 60, "c": 60, "e": 0]) { $0.pinnedModels = ["e"] }
        driver.models["e"]?.parts = ["a"]
        use("e", "b", "c", of: &driver)
        #expect(driver.inService == ["a", "c", "e"])
    }

    @Test func everyoneHearsWhyALoadFailedAndItIsTriedAgainAfterAWhile() {
        var driver = driver {
            $0.firstBackOff = .seconds(1); $0.longestBackOff = .seconds(3)
        }
        driver.models["a"]?.isBroken = true
        let failure = ResidencyDriver.Outcome.refused(.loadFailed(ResidencyDriver.broken))
        for wait in [1, 2, 3, 3] {
            let requests = [driver.ask("a"), driver.ask("a")]
            driver.endSurvey(at: 0)
            driver.endLoad(at: 0)
            driver.finishAll()
            _ = driver.takeJournal()
            for request in requests { #expect(driver.outcomes[request] == failure) }
            driver.pass(.seconds(wait) - .milliseconds(1))
            let soon = driver.ask("a")
            #expect(driver.outcomes[soon] == failure && driver.surveys == [])
            #expect(!driver.policy.isServable("a", now: driver.now))
            driver.pass(.milliseconds(1))
            #expect(driver.policy.isServable("a", now: driver.now))
        }
        driver.models["a"]?.isBroken = false
        let request = driver.ask("a")
        driver.finishAll()
        #expect(driver.outcomes[request] == .answered)
    }

    @Test func tooManyWaitingAndTooLongAWaitAreRefused() {
        var driver = driver {
            $0.maximumWaiting = 2; $0.maximumWait = .seconds(5)
        }
        let waiting = [driver.ask("a"), driver.ask("b")]
        let refused = driver.ask("c")
        #expect(driver.outcomes[refused] == .refused(.tooManyWait))
        driver.pass(.seconds(5))
        for request in waiting { #expect(driver.outcomes[request] == .refused(.waitedTooLong)) }
        #expect(driver.policy.waitingCount == 0)
    }

    @Test func nothingLoadsForRequestsThatHaveGone() {
        var driver = driver()
        let request = driver.ask("a")
        driver.policy.forget([request])
        driver.endSurvey(at: 0)
        #expect(driver.loads == [] && !driver.policy.awaitsTime)
        driver.ask("a")
        driver.finishAll()
        #expect(driver.inService == ["a"])
    }

    @Test func whatAnOperatorUnloadsIsLoadedForTheNextRequest() {
        var driver = driver()
        use("a", of: &driver)
        driver.inService = []
        driver.leaving = ["a"]
        driver.policy.released("a")
        let request = driver.ask("a")
        #expect(driver.surveys == [])
        driver.finishAll()
        #expect(driver.outcomes[request] == .answered)
    }

    @Test func afterAStopWhatWaitsIsRefused() {
        var driver = driver()
        let waiting = driver.ask("a")
        driver.policy.stop()
        driver.decide()
        let late = driver.ask("b")
        #expect(driver.outcomes[waiting] == .refused(.stopping) && driver.outcomes[late] == .refused(.stopping))
        driver.finishAll()
        #expect(driver.inMemory.isEmpty)
    }
}
