import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Unloads, and what overtakes what.
struct PlannerUnloadTests {
    let broken = ServingError(.internal, "broken on purpose")

    @Test func unloadTakesTheModelOutOfServiceAtOnce() {
        var driver = PlannerDriver()
        driver.put("a")
        _ = driver.load("a")
        driver.finish("a")
        let unload = driver.unload("a")
        #expect(driver.succeeded(unload))
        #expect(driver.table.isEmpty)
        #expect(driver.planner.versionStatuses["a"]?[1] == .unloaded)
    }

    @Test func versionIsUnloadingUntilItsLastUserHasGone() {
        var planner = RepositoryPlanner()
        var disk = PlannerDriver()
        disk.put("a")
        let actions = planner.loadInitially(nil, observed: disk.disk, operation: planner.newOperation())
        guard case .build(let order)? = actions.first else {
            Issue.record("no build was ordered")
            return
        }
        _ = planner.buildFinished(order.id, .success(()))
        _ = planner.unload("a", unloadDependents: false, operation: planner.newOperation())
        #expect(planner.versionStatuses["a"]?[1] == VersionStatus(.unloading))
        planner.released("a", ServedVersion(version: 1, build: order.id &+ 1))
        #expect(planner.versionStatuses["a"]?[1] == VersionStatus(.unloading))
        planner.released("a", ServedVersion(version: 1, build: order.id))
        #expect(planner.versionStatuses["a"]?[1] == .unloaded)
    }

    @Test func unloadOfAnUnknownOrUnloadedModelSucceeds() {
        var driver = PlannerDriver()
        let unknown = driver.unload("nosuch")
        #expect(driver.succeeded(unknown))
        driver.put("a")
        _ = driver.load("a")
        driver.finish("a")
        _ = driver.unload("a")
        let again = driver.unload("a")
        #expect(driver.succeeded(again))
    }

    @Test func unloadDuringALoadOvertakesIt() {
        var driver = PlannerDriver()
        driver.put("a")
        let load = driver.load("a")
        _ = driver.unload("a")
        #expect(
            driver.error(load) == "load failed for model 'a': Newer operation has been applied to the model lifecycle, "
                + "current load operation is out-dated.\n")
        driver.finish("a")
        #expect(driver.table.isEmpty)
        #expect(driver.takeLog() == ["build a [1]", "discard"])
        #expect(driver.planner.versionStatuses["a"]?[1] == .unloaded)
        #expect(driver.planner.isQuiescent)
    }

    @Test func loadAfterAnUnloadDuringALoadBuildsAnew() {
        var driver = PlannerDriver()
        driver.put("a")
        _ = driver.load("a")
        _ = driver.unload("a")
        let second = driver.load("a")
        #expect(driver.running.count == 1)
        driver.finish("a")
        #expect(driver.table.isEmpty)
        #expect(driver.running.count == 1)
        driver.finish("a")
        #expect(driver.succeeded(second))
        #expect(driver.versions("a") == [1])
    }

    @Test func loadOfAChangedModelOvertakesTheLoadThatRuns() {
        var driver = PlannerDriver()
        driver.put("a")
        let first = driver.load("a")
        driver.put("a")
        let second = driver.load("a")
        #expect(driver.error(first)?.contains("out-dated") == true)
        driver.finish("a")
        #expect(driver.table.isEmpty)
        driver.finish("a")
        #expect(driver.succeeded(second))
    }

    @Test func unloadOfAComposingModelTakesItsEnsemblesAndReloadBringsThemBack() {
        var driver = PlannerDriver()
        driver.put("m")
        driver.put("e", composing: ["m"])
        driver.put("outer", composing: ["e"])
        _ = driver.load("outer")
        driver.finishAll()
        _ = driver.takeLog()
        _ = driver.unload("m")
        #expect(driver.table.isEmpty)
        #expect(
            driver.takeLog().contains(
                "report e: ensemble e contains models that are not available or ambiguous: m"))
        #expect(driver.planner.versionStatuses["e"]?[1] == .unloaded)

        let load = driver.load("m")
        driver.finish("m")
        #expect(!driver.succeeded(load))
        driver.finishAll()
        #expect(driver.succeeded(load))
        #expect(driver.table.keys.sorted() == ["e", "m", "outer"])
    }

    @Test func unloadOfAnEnsembleKeepsItsComposingModels() {
        var driver = PlannerDriver()
        driver.put("m")
        driver.put("e", composing: ["m"])
        _ = driver.load("e")
        driver.finishAll()
        _ = driver.unload("e")
        #expect(driver.table.keys.sorted() == ["m"])
    }

    @Test func unloadDependentsTakesComposingModelsThatNobodyElseWants() {
        var driver = PlannerDriver()
        driver.put("explicit")
        driver.put("shared")
        driver.put("own")
        driver.put("inner", composing: ["own"])
        driver.put("e", composing: ["explicit", "shared", "inner"])
        driver.put("other", composing: ["shared"])
        _ = driver.load("explicit")
        _ = driver.load("e")
        _ = driver.load("other")
        driver.finishAll()
        #expect(driver.table.count == 6)
        _ = driver.unload("e", dependents: true)
        #expect(driver.table.keys.sorted() == ["explicit", "other", "shared"])
    }
}
