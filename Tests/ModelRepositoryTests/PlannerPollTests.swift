import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Poll ticks.
struct PlannerPollTests {
    let broken = ServingError(.internal, "broken on purpose")

    private func started(_ names: String...) -> PlannerDriver {
        var driver = PlannerDriver()
        for name in names { driver.put(name) }
        _ = driver.start()
        driver.finishAll()
        _ = driver.takeLog()
        return driver
    }

    @Test func addedModelIsLoaded() {
        var driver = started("a")
        driver.put("b")
        _ = driver.poll()
        driver.finish("b")
        #expect(driver.takeLog() == ["build b [1]", "activate b"])
    }

    @Test func modifiedModelIsReloaded() {
        var driver = started("a", "b")
        let old = driver.table
        driver.put("b")
        let poll = driver.poll()
        driver.finish("b")
        #expect(driver.succeeded(poll))
        #expect(driver.table["a"] == old["a"] && driver.table["b"] != old["b"])
    }

    @Test func deletedModelIsUnloaded() {
        var driver = started("a")
        driver.disk["a"] = nil
        _ = driver.poll()
        #expect(driver.takeLog() == ["release a [1]"])
    }

    @Test func modelInTwoRepositoriesIsUnloaded() {
        var driver = started("a")
        driver.disk["a"] = .ambiguous(paths: ["/x/a", "/y/a"])
        _ = driver.poll()
        #expect(driver.table.isEmpty)
    }

    @Test func modelWhoseConfigurationBecameInvalidGoesOnAsItWas() {
        var driver = started("a")
        let old = driver.table
        driver.disk["a"] = .invalid(broken)
        _ = driver.poll()
        #expect(driver.table == old)
        #expect(driver.takeLog().isEmpty)
    }

    @Test func failedLoadIsTriedAgainOnEveryPollButReportedOnce() {
        var driver = started("a")
        driver.put("a")
        _ = driver.poll()
        driver.finish("a", failing: broken)
        #expect(driver.takeLog().filter { $0.hasPrefix("report") }.count == 1)
        _ = driver.poll()
        driver.finish("a", failing: broken)
        #expect(driver.takeLog() == ["build a [1]", "discard"])
        #expect(driver.versions("a") == [1])
        _ = driver.poll(retryFailed: false)
        #expect(driver.takeLog().isEmpty)
        _ = driver.poll()
        driver.finish("a")
        #expect(driver.takeLog() == ["build a [1]", "activate a"])
    }

    @Test func onlyAdmittedModelsChange() {
        var driver = started("a", "b", "c")
        driver.put("a")
        driver.put("b")
        driver.disk["c"] = nil
        _ = driver.poll(admitted: ["a"])
        #expect(driver.takeLog() == ["build a [1]"])
        driver.finish("a")
    }

    @Test func ensembleComesWhenItsComposingModelAppears() {
        var driver = PlannerDriver()
        driver.put("e", composing: ["m"])
        _ = driver.start()
        #expect(driver.table.isEmpty)
        driver.put("m")
        _ = driver.poll()
        driver.finishAll()
        #expect(driver.table.keys.sorted() == ["e", "m"])
    }

    @Test func unchangedRepositoryCausesNothing() {
        var driver = started("a", "b")
        let poll = driver.poll()
        #expect(driver.succeeded(poll))
        #expect(driver.takeLog().isEmpty)
    }
}
