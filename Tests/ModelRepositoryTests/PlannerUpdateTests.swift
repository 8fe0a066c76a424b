import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Updates in place: what can go on serving is not loaded again.
struct PlannerUpdateTests {
    let broken = ServingError(.internal, "broken on purpose")

    private func started(_ versions: [Int64] = [1], policy: ModelVersionPolicy? = nil) -> PlannerDriver {
        var driver = PlannerDriver()
        driver.put("m", versions: versions, policy: policy)
        _ = driver.start()
        driver.finishAll()
        _ = driver.takeLog()
        return driver
    }

    @Test func otherInstanceGroupsUpdateTheLoadedVersion() {
        var driver = started()
        let old = driver.table
        driver.put("m", changing: [], instances: 3)
        let poll = driver.poll()
        #expect(driver.takeLog() == ["build m [] updating [1]"])
        #expect(driver.planner.versionStatuses["m"] == [1: VersionStatus(.ready)], "it serves meanwhile")
        driver.finish("m")
        #expect(driver.takeLog() == ["activate m"])
        #expect(driver.succeeded(poll))
        #expect(driver.table == old)
        _ = driver.poll()
        #expect(driver.takeLog().isEmpty)
    }

    @Test func anExplicitLoadUpdatesInPlaceToo() {
        var driver = started()
        let old = driver.table
        driver.put("m", changing: [], instances: 3)
        let load = driver.load("m")
        #expect(!driver.succeeded(load))
        driver.finish("m")
        #expect(driver.succeeded(load))
        #expect(driver.table == old)
    }

    @Test func aConfigurationGivenWithALoadUpdatesInPlaceToo() throws {
        var driver = started()
        let old = driver.table
        guard case .valid(var candidate)? = driver.disk["m"] else { return }
        candidate.origin = .configurationOverride
        candidate.configuration.instanceGroups[0].count = 4
        _ = driver.load("m", observed: ["m": .valid(candidate)])
        #expect(driver.takeLog() == ["build m [] updating [1]"])
        driver.finish("m")
        #expect(driver.table == old)
    }

    @Test func otherInstanceGroupsWithOtherFilesAreAReload() {
        var driver = started()
        let old = driver.table
        driver.put("m", instances: 3)
        _ = driver.poll()
        #expect(driver.takeLog() == ["build m [1]"])
        driver.finish("m")
        #expect(driver.table != old)
    }

    @Test func otherFieldsOfTheConfigurationAreAReload() {
        var driver = started()
        driver.put("m", changing: [], backend: "add_sub", instances: 3)
        _ = driver.poll()
        #expect(driver.takeLog() == ["build m [1]"])
        driver.finish("m")
    }

    @Test func versionPolicyChangesLoadAndReleaseOnlyWhatTheyMust() {
        var driver = started([1, 2, 3], policy: .latest(count: 1))
        let third = driver.table["m"]?[3]
        driver.put("m", versions: [1, 2, 3], policy: .latest(count: 2), changing: [])
        _ = driver.poll()
        #expect(driver.takeLog() == ["build m [2] updating [3]"])
        driver.finish("m")
        #expect(driver.versions("m") == [2, 3])
        driver.put("m", versions: [1, 2, 3], policy: .specific([1, 3]), changing: [])
        _ = driver.poll()
        driver.finish("m")
        #expect(driver.versions("m") == [1, 3])
        #expect(driver.table["m"]?[3] == third)
    }

    @Test func updateAndLoadAreOneTransaction() {
        var driver = started([1], policy: .all)
        let old = driver.table
        driver.put("m", versions: [1, 2], policy: .all, changing: [2], instances: 2)
        _ = driver.poll()
        #expect(driver.takeLog() == ["build m [2] updating [1]"])
        driver.finish("m", failing: broken)
        #expect(driver.table == old)
        #expect(driver.planner.versionStatuses["m"]?[1] == VersionStatus(.ready))
        _ = driver.poll()
        #expect(driver.takeLog().last == "build m [2] updating [1]")
        driver.finish("m")
        #expect(driver.versions("m") == [1, 2])
    }

    @Test func anUpdateThatFailsIsTriedAgainAndTheModelServesAsBefore() {
        var driver = started()
        let old = driver.table
        driver.put("m", changing: [], instances: 3)
        let load = driver.load("m")
        driver.finish("m", failing: broken)
        #expect(driver.error(load)?.contains("broken on purpose") == true)
        #expect(driver.table == old)
        _ = driver.takeLog()
        _ = driver.poll()
        driver.finish("m")
        #expect(driver.takeLog() == ["build m [] updating [1]", "activate m"])
    }

    @Test func anUpdateThatAnUnloadOvertakesIsDropped() {
        var driver = started()
        driver.put("m", changing: [], instances: 3)
        let load = driver.load("m")
        _ = driver.unload("m")
        #expect(driver.table.isEmpty)
        driver.finish("m")
        #expect(driver.takeLog() == ["build m [] updating [1]", "release m [1]", "discard"])
        #expect(driver.error(load)?.contains("Newer operation has been applied") == true)
    }

    @Test func anUpdateThatAnotherOvertakesIsDropped() {
        var driver = started()
        let old = driver.table
        driver.put("m", changing: [], instances: 3)
        _ = driver.load("m")
        driver.put("m", changing: [], instances: 5)
        _ = driver.load("m")
        driver.finish("m")
        #expect(driver.takeLog() == ["build m [] updating [1]", "discard", "build m [] updating [1]"])
        driver.finish("m")
        #expect(driver.table == old)
    }

    @Test func anUpdateInPlaceLeavesEnsemblesAsTheyAre() {
        var driver = started()
        driver.put("e", composing: ["m"])
        _ = driver.load("e")
        driver.finishAll()
        let old = driver.table
        driver.put("m", changing: [], instances: 3)
        _ = driver.load("m")
        _ = driver.takeLog()
        driver.finish("m")
        #expect(driver.takeLog() == ["activate m"])
        #expect(driver.table == old)
    }

    @Test func aModelWhoseFilesAreNotQuietIsNotTriedAgain() {
        var driver = started()
        driver.put("m")
        _ = driver.poll()
        driver.finish("m", failing: broken)
        _ = driver.takeLog()
        driver.put("m")
        _ = driver.poll(admitted: [], unquiet: ["m"])
        #expect(driver.takeLog().isEmpty)
        _ = driver.poll()
        #expect(driver.takeLog() == ["build m [1]"])
        driver.finish("m")
    }
}
