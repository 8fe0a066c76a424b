import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Ensembles and the models they are composed of.
struct PlannerEnsembleTests {
    let broken = ServingError(.internal, "broken on purpose")

    @Test func ensembleWaitsForItsComposingModels() {
        var driver = PlannerDriver()
        driver.put("m1")
        driver.put("m2")
        driver.put("e", composing: ["m1", "m2"])
        let load = driver.load("e")
        driver.finish("m1")
        #expect(driver.running.map(\.name) == ["m2"])
        driver.finish("m2")
        #expect(driver.running.map(\.name) == ["e"])
        driver.finish("e")
        #expect(driver.succeeded(load))
    }

    @Test func ensembleWithAMissingModelIsInvalidAndHasNoVersions() {
        var driver = PlannerDriver()
        driver.put("e", composing: ["does_not_exist"])
        let load = driver.load("e")
        #expect(
            driver.error(load) == "load failed for model 'e': ensemble e contains models that are not available or "
                + "ambiguous: does_not_exist\n")
        #expect(driver.planner.versionStatuses["e"] == nil)
    }

    @Test func ensembleOfAModelWithAnInvalidConfigurationTellsTheCause() {
        var driver = PlannerDriver()
        driver.disk["m"] = .invalid(broken)
        driver.put("e", composing: ["m"])
        let load = driver.load("e")
        #expect(
            driver.error(load) == "load failed for model 'e': ensemble e contains models that are not available or "
                + "ambiguous: m; 'm': broken on purpose\n")
    }

    @Test func ensembleOfAFailedModelTellsTheCause() {
        var driver = PlannerDriver()
        driver.put("m")
        driver.put("e", composing: ["m"])
        let load = driver.load("e")
        driver.finish("m", failing: broken)
        #expect(
            driver.error(load) == "load failed for model 'e': ensemble 'e' depends on 'm' which has no loaded version. "
                + "Model 'm' loading failed with error: version 1 is at UNAVAILABLE state: Internal: broken on "
                + "purpose;\n")
    }

    @Test func ensembleThatRequiresAVersionThatIsNotLoadedFails() {
        var driver = PlannerDriver()
        driver.put("m", versions: [1])
        driver.put("e", composing: ["m"], requiring: 2)
        let load = driver.load("e")
        driver.finish("m")
        #expect(
            driver.error(load)
                == "load failed for model 'e': ensemble 'e' depends on 'm' whose required version 2 is not loaded\n")
    }

    @Test func circleOfEnsemblesIsAnError() {
        var driver = PlannerDriver()
        driver.put("e1", composing: ["e2"])
        driver.put("e2", composing: ["e1"])
        let load = driver.load("e1")
        #expect(driver.error(load)?.contains("circular dependency between ensembles: e1 -> ... -> e2 -> e1") == true)
        #expect(driver.planner.isQuiescent)
    }

    @Test func ensembleLoadLeavesUnmodifiedComposingModelsAlone() {
        var driver = PlannerDriver()
        driver.put("m")
        driver.put("e", composing: ["m"])
        _ = driver.load("m")
        driver.finish("m")
        let object = driver.table["m"]
        _ = driver.load("e")
        driver.finishAll()
        #expect(driver.table["m"] == object)
    }

    @Test func ensembleLoadReloadsModifiedComposingModels() {
        var driver = PlannerDriver()
        driver.put("m")
        driver.put("e", composing: ["m"])
        _ = driver.load("e")
        driver.finishAll()
        let objects = driver.table
        driver.put("m")
        let load = driver.load("e")
        driver.finishAll()
        #expect(driver.succeeded(load))
        #expect(driver.table["m"] != objects["m"] && driver.table["e"] != objects["e"])
    }

    @Test func reloadOfAComposingModelReloadsItsEnsemblesWithoutAGap() {
        var driver = PlannerDriver()
        driver.put("m")
        driver.put("e", composing: ["m"])
        _ = driver.load("e")
        driver.finishAll()
        let old = driver.table["e"]
        driver.put("m")
        let load = driver.load("m")
        driver.finish("m")
        #expect(driver.table["e"] == old)
        #expect(!driver.succeeded(load))
        driver.finish("e")
        #expect(driver.table["e"] != old)
        #expect(driver.succeeded(load))
    }

    @Test func failedReloadOfAComposingModelLeavesItsEnsemblesAlone() {
        var driver = PlannerDriver()
        driver.put("m")
        driver.put("e", composing: ["m"])
        _ = driver.load("e")
        driver.finishAll()
        let old = driver.table
        driver.put("m")
        _ = driver.load("m")
        driver.finish("m", failing: broken)
        #expect(driver.table == old)
        #expect(driver.planner.isQuiescent)
    }

    @Test func failureOfAnEnsembleAboveDoesNotFailTheLoadOfItsComposingModel() {
        var driver = PlannerDriver()
        driver.put("m")
        driver.put("e", composing: ["m"])
        _ = driver.load("e")
        driver.finishAll()
        driver.put("m")
        let load = driver.load("m")
        driver.finish("m")
        driver.finish("e", failing: broken)
        #expect(driver.succeeded(load))
        #expect(driver.versions("e") == [1])
    }

    @Test func ensembleReloadedWithAMissingModelKeepsServingAsItWas() {
        var driver = PlannerDriver()
        driver.put("m")
        driver.put("e", composing: ["m"])
        _ = driver.load("e")
        driver.finishAll()
        let old = driver.table["e"]
        driver.put("e", composing: ["missing"])
        let load = driver.load("e")
        #expect(driver.error(load)?.contains("not available or ambiguous: missing") == true)
        #expect(driver.table["e"] == old)
        _ = driver.unload("m")
        #expect(driver.table.isEmpty)
    }

    @Test func versionThatAnEnsembleRequiresLeavesAndTakesTheEnsembleWithIt() {
        var driver = PlannerDriver()
        driver.put("m", versions: [1])
        driver.put("e", composing: ["m"], requiring: 1)
        _ = driver.load("e")
        driver.finishAll()
        driver.put("m", versions: [1, 2], changing: [])
        _ = driver.load("m")
        driver.finishAll()
        #expect(driver.versions("m") == [2])
        #expect(driver.versions("e") == [])
    }
}
