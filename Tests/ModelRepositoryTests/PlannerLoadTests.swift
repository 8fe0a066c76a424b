import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Loads, reloads and version policies.
struct PlannerLoadTests {
    let broken = ServingError(.internal, "broken on purpose")

    @Test func everyModelOfTheRepositoryIsLoadedAtStart() {
        var driver = PlannerDriver()
        driver.put("a")
        driver.put("b", versions: [1, 3], policy: .all)
        driver.disk["c"] = .invalid(broken)
        let start = driver.start()
        #expect(driver.takeLog() == ["build a [1]", "build b [1, 3]"])
        #expect(!driver.succeeded(start))
        driver.finishAll()
        #expect(driver.succeeded(start))
        #expect(driver.versions("a") == [1])
        #expect(driver.versions("b") == [1, 3])
        #expect(driver.planner.versionStatuses.keys.sorted() == ["a", "b"])
    }

    @Test func explicitModeStartsOnlyWhatIsNamedAndWhatItIsComposedOf() {
        var driver = PlannerDriver()
        driver.put("a")
        driver.put("b")
        driver.put("e", composing: ["b"])
        _ = driver.start(["e"])
        #expect(driver.takeLog() == ["build b [1]"])
        driver.finish("b")
        #expect(driver.takeLog() == ["activate b", "build e [1]"])
        driver.finish("e")
        #expect(driver.table.keys.sorted() == ["b", "e"])
    }

    @Test func loadOfAnUnmodifiedModelIsANoOp() {
        var driver = PlannerDriver()
        driver.put("a")
        _ = driver.load("a")
        driver.finish("a")
        _ = driver.takeLog()
        let again = driver.load("a")
        #expect(driver.succeeded(again))
        #expect(driver.takeLog().isEmpty)
    }

    @Test func twoLoadsOfTheSameModelShareOneBuild() {
        var driver = PlannerDriver()
        driver.put("a")
        let first = driver.load("a")
        let second = driver.load("a")
        #expect(driver.running.count == 1)
        driver.finish("a")
        #expect(driver.succeeded(first) && driver.succeeded(second))
    }

    @Test func differentModelsLoadInParallel() {
        var driver = PlannerDriver()
        driver.put("a")
        driver.put("b")
        let first = driver.load("a")
        let second = driver.load("b")
        #expect(driver.running.map(\.name) == ["a", "b"])
        driver.finish("b")
        #expect(driver.succeeded(second) && !driver.succeeded(first))
        driver.finish("a")
    }

    @Test func unknownModelFailsToPoll() {
        var driver = PlannerDriver()
        let load = driver.load("nosuch")
        #expect(
            driver.error(load)?.hasPrefix("failed to load 'nosuch', failed to poll from model repository") == true)
        #expect(driver.planner.versionStatuses.isEmpty)
    }

    @Test func invalidConfigurationTellsTheCauseAndKeepsTheOldVersion() {
        var driver = PlannerDriver()
        driver.put("a")
        _ = driver.load("a")
        driver.finish("a")
        driver.disk["a"] = .invalid(ServingError(.invalidArgument, "config.pbtxt:3:1: error: unknown field"))
        let load = driver.load("a")
        #expect(
            driver.error(load) == "failed to load 'a', failed to poll from model repository: "
                + "config.pbtxt:3:1: error: unknown field")
        #expect(driver.versions("a") == [1])
    }

    @Test func failedLoadNamesTheVersionAndItsState() {
        var driver = PlannerDriver()
        driver.put("a")
        let load = driver.load("a")
        #expect(driver.planner.versionStatuses["a"]?[1] == VersionStatus(.loading))
        driver.finish("a", failing: broken)
        #expect(
            driver.error(load)
                == "load failed for model 'a': version 1 is at UNAVAILABLE state: Internal: broken on purpose;\n")
        #expect(
            driver.planner.versionStatuses["a"]?[1]
                == VersionStatus(.unavailable, reason: "Internal: broken on purpose"))
        #expect(driver.takeLog().last == "report a: version 1 is at UNAVAILABLE state: Internal: broken on purpose;")
    }

    @Test func failedLoadIsTriedAgainByTheNextLoad() {
        var driver = PlannerDriver()
        driver.put("a")
        _ = driver.load("a")
        driver.finish("a", failing: broken)
        let again = driver.load("a")
        driver.finish("a")
        #expect(driver.succeeded(again))
        #expect(driver.planner.versionStatuses["a"]?[1] == VersionStatus(.ready))
        #expect(driver.planner.failure(of: "a") == nil)
    }

    @Test func failedReloadKeepsTheOldVersionServing() {
        var driver = PlannerDriver()
        driver.put("a")
        _ = driver.load("a")
        driver.finish("a")
        let old = driver.table["a"]
        driver.put("a")
        let reload = driver.load("a")
        #expect(driver.planner.versionStatuses["a"]?[1] == VersionStatus(.ready))
        driver.finish("a", failing: broken)
        #expect(driver.error(reload) != nil)
        #expect(driver.table["a"] == old)
        #expect(driver.planner.versionStatuses["a"]?[1] == VersionStatus(.ready))
    }

    @Test func failedNewVersionLeavesAnUnavailableEntryBesideTheServingOne() {
        var driver = PlannerDriver()
        driver.put("a", versions: [1])
        _ = driver.load("a")
        driver.finish("a")
        driver.put("a", versions: [1, 2], changing: [])
        _ = driver.load("a")
        driver.finish("a", failing: broken)
        #expect(driver.versions("a") == [1])
        #expect(driver.planner.versionStatuses["a"]?[2]?.state == .unavailable)
    }

    @Test func allVersionsOfALoadAreOneTransaction() {
        var driver = PlannerDriver()
        driver.put("a", versions: [1, 2], policy: .all)
        _ = driver.load("a")
        #expect(driver.running.map(\.versions) == [[1, 2]])
        #expect(driver.table.isEmpty)
        driver.finish("a")
        #expect(driver.versions("a") == [1, 2])
    }

    @Test func noSelectedVersionIsAFailureOfTheWholeModel() {
        var driver = PlannerDriver()
        driver.put("a", versions: [1], policy: .specific([7]))
        let load = driver.load("a")
        #expect(
            driver.error(load) == "load failed for model 'a': at least one version must be available under the version "
                + "policy of model 'a'\n")
        // Known, without a version: clients hear "has no available versions".
        #expect(driver.planner.versionStatuses["a"]?.isEmpty == true)
    }

    @Test func newVersionReplacesTheOldOneOnceItIsReady() {
        var driver = PlannerDriver()
        driver.put("a", versions: [1])
        _ = driver.load("a")
        driver.finish("a")
        driver.put("a", versions: [1, 2], changing: [])
        _ = driver.load("a")
        #expect(driver.versions("a") == [1])
        driver.finish("a")
        #expect(driver.versions("a") == [2])
        #expect(driver.planner.versionStatuses["a"]?[1]?.state == .unloading)
    }

    @Test func versionPolicyChangeLoadsOnlyWhatIsMissingAndReleasesWhatIsNotSelected() {
        var driver = PlannerDriver()
        driver.put("a", versions: [1, 2, 3], policy: .specific([1, 2]))
        _ = driver.load("a")
        driver.finish("a")
        let second = driver.table["a"]?[2]
        _ = driver.takeLog()
        driver.put("a", versions: [1, 2, 3], policy: .specific([2, 3]), changing: [])
        _ = driver.load("a")
        #expect(driver.takeLog() == ["build a [3] updating [2]"])
        #expect(driver.versions("a") == [1, 2])
        driver.finish("a")
        #expect(driver.versions("a") == [2, 3])
        #expect(driver.table["a"]?[2] == second)
    }

    @Test func versionPolicyChangeThatOnlyRemovesLoadsNothing() {
        var driver = PlannerDriver()
        driver.put("a", versions: [1, 2], policy: .all)
        _ = driver.load("a")
        driver.finish("a")
        _ = driver.takeLog()
        driver.put("a", versions: [1, 2], policy: .latest(count: 1), changing: [])
        let load = driver.load("a")
        #expect(driver.takeLog() == ["build a [] updating [2]"])
        driver.finish("a")
        #expect(driver.succeeded(load))
        #expect(driver.versions("a") == [2])
    }

    @Test func configurationChangeReloadsEveryVersion() {
        var driver = PlannerDriver()
        driver.put("a", versions: [1, 2], policy: .all)
        _ = driver.load("a")
        driver.finish("a")
        _ = driver.takeLog()
        driver.put("a", versions: [1, 2], policy: .all, changing: [], backend: "other")
        _ = driver.load("a")
        #expect(driver.takeLog() == ["build a [1, 2]"])
        driver.finish("a")
    }

    @Test func overridingConfigurationStaysUntilTheDirectoryChangesOrTheModelIsUnloaded() throws {
        var driver = PlannerDriver()
        driver.put("a")
        _ = driver.load("a")
        driver.finish("a")
        guard case .valid(var override)? = driver.disk["a"] else { throw TestFailure() }
        override.configuration.maxBatchSize = 7
        override.origin = .configurationOverride
        _ = driver.load("a", observed: ["a": .valid(override)])
        driver.finish("a")
        #expect(driver.planner.targets["a"]?.configuration.maxBatchSize == 7)

        let plain = driver.load("a")
        #expect(driver.succeeded(plain))
        #expect(driver.planner.targets["a"]?.configuration.maxBatchSize == 7)

        _ = driver.unload("a")
        _ = driver.load("a")
        driver.finish("a")
        #expect(driver.planner.targets["a"]?.configuration.maxBatchSize == 0)
    }

    @Test func overridingFilesAreGoneWithTheNextPlainLoad() throws {
        var driver = PlannerDriver()
        driver.put("a")
        guard case .valid(var override)? = driver.disk["a"] else { throw TestFailure() }
        override.origin = .fileOverride
        _ = driver.load("a", observed: ["a": .valid(override)])
        driver.finish("a")
        _ = driver.takeLog()
        _ = driver.load("a")
        #expect(driver.takeLog() == ["build a [1]"])
        driver.finish("a")
        #expect(driver.planner.targets["a"]?.origin == .repository)
    }
}

struct TestFailure: Error {}
