import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Random edits, requests, and loads that fail or take their time: whatever comes, the rules hold at every step.
struct PlannerSimulationTests {
    private let broken = ServingError(.internal, "broken on purpose")
    private let plain = ["a", "b", "c"]
    private let ensembles = ["e1": ["a", "b"], "e2": ["b", "c"], "e3": ["e1"]]

    @Test(arguments: 1...20)
    func explicitControl(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var driver = PlannerDriver()
        var operations: [OperationID] = []
        for _ in 0..<1000 {
            let name = randomName(&random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1, 2: edit(&driver, name, &random)
            case 3, 4: operations.append(driver.load(name))
            case 5: operations.append(driver.unload(name, dependents: Bool.random(using: &random)))
            default: finishOne(&driver, &random)
            }
            checkEveryStep(driver)
        }
        while !driver.running.isEmpty {
            finishOne(&driver, &random)
            checkEveryStep(driver)
        }
        #expect(driver.planner.isQuiescent)
        #expect(operations.allSatisfy { driver.completed[$0] != nil })
        for (name, target) in driver.planner.targets where driver.planner.failure(of: name) == nil {
            #expect(driver.versions(name) == target.selectedVersions)
        }
        for name in driver.table.keys { #expect(driver.planner.targets[name] != nil) }
    }

    @Test(arguments: 101...120)
    func polling(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var driver = PlannerDriver()
        for name in plain { driver.put(name) }
        var operations = [driver.start()]
        for _ in 0..<1000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1, 2: edit(&driver, randomName(&random), &random)
            case 3, 4:
                let admitted = Set((plain + ensembles.keys.sorted()).filter { _ in Bool.random(using: &random) })
                operations.append(
                    driver.poll(
                        admitted: Bool.random(using: &random) ? nil : admitted,
                        retryFailed: Bool.random(using: &random)))
            default: finishOne(&driver, &random)
            }
            checkEveryStep(driver)
        }
        driver.finishAll()
        operations.append(driver.poll())
        driver.finishAll()
        #expect(driver.planner.isQuiescent)
        #expect(operations.allSatisfy { driver.completed[$0] != nil })
        checkServesTheDisk(driver)
    }

    // MARK: What must hold

    private func checkEveryStep(_ driver: PlannerDriver, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            driver.table.mapValues { $0.mapValues(\.build) } == driver.planner.servedVersions,
            sourceLocation: sourceLocation)
        let statuses = driver.planner.versionStatuses
        for (name, versions) in statuses {
            let ready = versions.filter { $0.value.state == .ready }.keys.sorted()
            #expect(ready == driver.versions(name), sourceLocation: sourceLocation)
        }
        for (name, versions) in driver.complete {
            #expect(versions.sorted() == driver.versions(name), "\(name) serves a part of its versions")
        }
        let building = Set(driver.running.map(\.name))
        #expect(building.count == driver.running.count, "two builds of one model at once")
        for (name, composing) in ensembles where driver.table[name] != nil {
            for model in composing { #expect(driver.table[model] != nil, "\(name) serves without \(model)") }
        }
    }

    private func checkServesTheDisk(_ driver: PlannerDriver) {
        for name in plain {
            switch driver.disk[name] {
            case .valid(let candidate)?: #expect(driver.versions(name) == candidate.selectedVersions)
            case nil, .ambiguous?: #expect(driver.versions(name).isEmpty)
            case .invalid?: break
            }
        }
        for (name, composing) in ensembles {
            guard case .valid? = driver.disk[name] else { continue }
            let canServe = composing.allSatisfy { driver.table[$0] != nil }
            #expect(driver.versions(name).isEmpty == !canServe)
        }
    }

    // MARK: What happens

    private func randomName(_ random: inout SeededGenerator) -> String {
        (plain + ensembles.keys.sorted()).randomElement(using: &random) ?? "a"
    }

    private func edit(_ driver: inout PlannerDriver, _ name: String, _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: driver.disk[name] = nil
        case 1: driver.disk[name] = .invalid(broken)
        case 2: driver.disk[name] = .ambiguous(paths: ["/x/\(name)", "/y/\(name)"])
        default:
            let versions = (1...4).filter { _ in Bool.random(using: &random) }
            let policies: [ModelVersionPolicy?] = [nil, .all, .latest(count: 2), .specific([1, 3])]
            driver.put(
                name, versions: versions.isEmpty ? [1] : versions.map(Int64.init),
                policy: policies.randomElement(using: &random) ?? nil, composing: ensembles[name] ?? [],
                changing: Bool.random(using: &random) ? [] : nil)
            // Specific versions may select none, which is a failure of its own.
            if case .valid(let candidate)? = driver.disk[name], candidate.selectedVersions.isEmpty {
                driver.put(name, composing: ensembles[name] ?? [])
            }
        }
    }

    private func finishOne(_ driver: inout PlannerDriver, _ random: inout SeededGenerator) {
        guard let index = driver.running.indices.randomElement(using: &random) else { return }
        let name = driver.running[index].name
        let fails = Int.random(in: 0..<4, using: &random) == 0
        let before = driver.table[name]
        driver.finish(at: index, failing: fails ? broken : nil)
        if fails { #expect(driver.table[name] == before, "a failed load of \(name) changed what serves") }
    }
}
