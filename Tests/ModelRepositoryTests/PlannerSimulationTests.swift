import Foundation
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Random edits, requests of operators, loads that fail, take their time and overtake each other: whatever comes, the rules
/// hold at every step, and in the end what should serve does.
struct PlannerSimulationTests {
    private static let stepCount = 1_000

    /// Fixed ones, and with SIMULATION_SEED one that differs with each commit.
    private static func seeds(_ fixed: ClosedRange<UInt64>) -> [UInt64] {
        let given = ProcessInfo.processInfo.environment["SIMULATION_SEED"].flatMap { UInt64($0) }
        return Array(fixed) + (given.map { [$0] } ?? [])
    }

    @Test(arguments: seeds(1...25))
    func explicitControl(seed: UInt64) {
        var simulation = PlannerSimulation(seed: seed)
        for step in 0..<Self.stepCount where simulation.faults.isEmpty {
            simulation.explicitStep()
            simulation.checkEveryStep()
            report(simulation, seed, step)
        }
        simulation.finishAll(failing: true)
        simulation.checkAtRest()
        report(simulation, seed, Self.stepCount)
    }

    @Test(arguments: seeds(101...125))
    func polling(seed: UInt64) {
        var simulation = PlannerSimulation(seed: seed)
        simulation.start()
        for step in 0..<Self.stepCount where simulation.faults.isEmpty {
            simulation.pollStep()
            simulation.checkEveryStep()
            report(simulation, seed, step)
        }
        simulation.finishAll(failing: true)
        simulation.checkAtRest()
        // Once nothing fails any more, polls bring everything back.
        for _ in 0..<2 {
            simulation.pollEverything()
            simulation.finishAll(failing: false)
        }
        simulation.checkAtRest()
        simulation.checkEverythingServes()
        report(simulation, seed, Self.stepCount)
    }

    private func report(_ simulation: PlannerSimulation, _ seed: UInt64, _ step: Int) {
        #expect(simulation.faults == [], "seed \(seed), step \(step): \(simulation.lastEvent)")
    }
}
