import InferenceTesting
import Testing

@testable import InferenceEngine

/// Random requests to many models of random sizes, with loads that fail and requests that take their time: whatever comes,
/// the rules hold at every step, and in the end everything is at rest.
struct ResidencySimulationTests {
    private static let budget = 1000

    private func world(_ random: inout SeededGenerator, isMeasured: Bool) -> ResidencyDriver {
        let plain = (0..<20).map { "m\($0)" }
        let pinned = Set(plain.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random)))
        let residence = Duration.milliseconds(Int.random(in: 0...500, using: &random))
        var driver = ResidencyDriver(budget: Self.budget) {
            $0.pinnedModels = pinned
            $0.minimumResidence = residence
            $0.maximumWait = .seconds(100_000)
        }
        for name in plain {
            // Few are larger than the budget.
            let size = Int.random(in: 0..<30, using: &random) == 0 ? 1500 : Int.random(in: 0...300, using: &random)
            let factor = isMeasured ? Double.random(in: 0.5...2, using: &random) : 1
            driver.models[name] = .init(
                fileBytes: size, bytes: isMeasured ? Int(Double(size) * factor) : nil,
                isBroken: Int.random(in: 0..<15, using: &random) == 0)
        }
        for index in 0..<5 {
            let parts = plain.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            driver.models["e\(index)"] = .init(fileBytes: index, parts: parts.sorted())
        }
        // An ensemble of ensembles, flattened as the policy gets it.
        driver.models["e5"] = .init(fileBytes: 0, parts: ["e0", "e1"] + parts(of: ["e0", "e1"], driver))
        return driver
    }

    private func parts(of names: [String], _ driver: ResidencyDriver) -> [String] {
        Set(names.flatMap { driver.models[$0]?.parts ?? [] }).sorted()
    }

    private func step(_ driver: inout ResidencyDriver, _ random: inout SeededGenerator) {
        driver.now += .milliseconds(Int.random(in: 0...50, using: &random))
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1, 2:
            if let name = driver.models.keys.sorted().randomElement(using: &random) { driver.ask(name) }
        case 3:
            if let index = driver.surveys.indices.randomElement(using: &random) { driver.endSurvey(at: index) }
        case 4, 5:
            let loads = driver.loads.indices.filter { driver.canEnd(driver.loads[$0]) }
            if let index = loads.randomElement(using: &random) { driver.endLoad(at: index) }
        case 6:
            if let index = driver.leaving.indices.randomElement(using: &random) { driver.endLeaving(at: index) }
        case 7: driver.pass(.milliseconds(100))
        default:
            if let index = driver.leases.indices.randomElement(using: &random) { driver.endLease(at: index) }
        }
    }

    @Test(arguments: UInt64(1)...12)
    func withoutMeasurementsTheBudgetIsNeverExceededButForOneModel(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var driver = world(&random, isMeasured: false)
        for _ in 0..<600 {
            step(&driver, &random)
            checkBudget(driver)
        }
        finish(&driver)
        checkBudget(driver)
    }

    @Test(arguments: UInt64(101)...112)
    func wrongEstimatesAreMadeUpFor(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var driver = world(&random, isMeasured: true)
        for _ in 0..<600 { step(&driver, &random) }
        finish(&driver)
        checkBudget(driver)
    }

    /// Requests without a pause: each model has a new one before the last is answered.
    @Test(arguments: UInt64(201)...204)
    func nobodyWaitsForEverBesideModelsThatAreAlwaysInUse(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var driver = ResidencyDriver(budget: 100) { $0.maximumWait = .seconds(30) }
        let names = (0..<8).map { "m\($0)" }
        for name in names { driver.models[name] = .init(fileBytes: 40, bytes: 40) }
        for _ in 0..<1500 {
            driver.pass(.milliseconds(10))
            // Two models are asked for all the time.
            for name in names.prefix(2) where Int.random(in: 0..<2, using: &random) == 0 { driver.ask(name) }
            if Int.random(in: 0..<20, using: &random) == 0, let name = names.randomElement(using: &random) {
                driver.ask(name)
            }
            // A request takes 100 ms, a load about as long.
            for lease in driver.leases where driver.now - (driver.askedAt[lease.request] ?? .zero) > .milliseconds(100)
            {
                if Bool.random(using: &random) { driver.endLease(of: lease.request) }
            }
            while !driver.surveys.isEmpty { driver.endSurvey(at: 0) }
            if !driver.leaving.isEmpty, Bool.random(using: &random) { driver.endLeaving(at: 0) }
            if !driver.loads.isEmpty, Int.random(in: 0..<10, using: &random) == 0 { driver.endLoad(at: 0) }
        }
        finish(&driver)
        #expect(!driver.outcomes.values.contains(.refused(.waitedTooLong)))
        #expect(driver.longestWait < .seconds(20))
    }

    // MARK: What must hold

    private func checkBudget(_ driver: ResidencyDriver, sourceLocation: SourceLocation = #_sourceLocation) {
        guard driver.bytesInMemory > Self.budget else { return }
        // What is not pinned belongs to one model, which is larger than what is left for it.
        let pinned = driver.policy.settings.pinnedModels
        let staying = pinned.union(pinned.flatMap { driver.models[$0]?.parts ?? [] })
        let others = driver.inMemory.subtracting(staying).filter { bytes(of: $0, driver) > 0 }
        let isOne = driver.models.keys.contains { name in
            others.isSubset(of: [name] + (driver.models[name]?.parts ?? []))
        }
        #expect(isOne, "\(driver.bytesInMemory) bytes: \(others.sorted())", sourceLocation: sourceLocation)
    }

    private func bytes(of name: String, _ driver: ResidencyDriver) -> Int {
        driver.models[name].map { $0.bytes ?? $0.fileBytes } ?? 0
    }

    private func finish(_ driver: inout ResidencyDriver) {
        driver.finishAll()
        for request in driver.askedAt.keys {
            #expect(driver.outcomes[request] != nil, "request \(request) got no answer")
        }
        #expect(driver.policy.queue.isEmpty && driver.policy.waitingCount == 0)
        #expect(!driver.policy.awaitsLeases && driver.policy.leavingBytes == 0)
        #expect(driver.withdrawn.isDisjoint(with: driver.inService))
        for (name, model) in driver.policy.models {
            #expect((model.phase == .resident) == driver.inService.contains(name), "\(name) is \(model.phase)")
            #expect(model.isInMemory == driver.inMemory.contains(name), "\(name)")
        }
    }
}
