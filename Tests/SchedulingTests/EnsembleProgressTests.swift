import InferenceTesting
import ModelConfiguration
import Scheduling
import Testing

@Suite struct EnsembleProgressTests {
    static func plan(_ steps: [(model: String, inputs: [String: String], outputs: [String: String])]) -> EnsemblePlan {
        var ensemble = ModelEnsembling()
        ensemble.steps = steps.map { model, inputs, outputs in
            var step = ModelEnsembling.Step()
            step.modelName = model
            step.modelVersion = -1
            step.inputMap = inputs
            step.outputMap = outputs
            return step
        }
        return EnsemblePlan(ensemble)
    }

    // IN -> 0 -> s -> {1 -> left, 2 -> right} -> 3 -> OUT, and right is an output too.
    let diamond = plan([
        ("a", ["X": "IN"], ["Y": "s"]),
        ("b", ["X": "s"], ["Y": "left"]),
        ("c", ["X": "s"], ["Y": "right"]),
        ("d", ["L": "left", "R": "right"], ["Y": "OUT"]),
    ])

    func progress(
        _ plan: EnsemblePlan, inputs: [(name: String, isPresent: Bool)] = [("IN", true)], outputs: [String] = ["OUT"]
    ) -> EnsembleProgress {
        EnsembleProgress(plan: plan, inputs: inputs, requestedOutputs: outputs)
    }

    // The macro cannot call functions that mutate.
    func expectSteps(_ actual: [Int], _ expected: [Int], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(actual == expected, sourceLocation: sourceLocation)
    }

    func outputs(of step: Int, in plan: EnsemblePlan) -> [Int] { plan.steps[step].outputs.map(\.tensor) }

    @Test func aDiamondRunsItsSidesTogetherAndJoinsThemOnce() {
        var progress = progress(diamond)
        expectSteps(progress.start(), [0])
        expectSteps(progress.stepSucceeded(0, present: outputs(of: 0, in: diamond)), [1, 2])
        #expect(progress.inFlight == 2)
        expectSteps(progress.stepSucceeded(2, present: outputs(of: 2, in: diamond)), [])
        expectSteps(progress.stepSucceeded(1, present: outputs(of: 1, in: diamond)), [3])
        #expect(progress.hasUnsetOutput && !progress.isAtRest)
        expectSteps(progress.stepSucceeded(3, present: outputs(of: 3, in: diamond)), [])
        #expect(!progress.hasUnsetOutput && progress.isAtRest)
    }

    @Test func stepsThatFeedNothingWantedAreNotRun() {
        #expect(diamond.stepsNeeded(for: ["OUT"]) == [true, true, true, true])
        #expect(diamond.stepsNeeded(for: ["right"]) == [true, false, true, false])
        #expect(diamond.stepsNeeded(for: []) == [false, false, false, false])
        var progress = progress(diamond, outputs: ["right"])
        expectSteps(progress.start(), [0])
        expectSteps(progress.stepSucceeded(0, present: outputs(of: 0, in: diamond)), [2])
        expectSteps(progress.stepSucceeded(2, present: outputs(of: 2, in: diamond)), [])
        #expect(progress.isAtRest && !progress.hasUnsetOutput)
    }

    @Test func anAbsentInputDoesNotHoldAStepUp() {
        let plan = Self.plan([("a", ["X": "IN", "Y": "OPTIONAL"], ["Z": "OUT"])])
        var progress = progress(plan, inputs: [("IN", true), ("OPTIONAL", false)])
        expectSteps(progress.start(), [0])
    }

    @Test func anOutputThatAStepDidNotGiveIsAbsentDownstream() {
        var progress = progress(diamond)
        _ = progress.start()
        _ = progress.stepSucceeded(0, present: outputs(of: 0, in: diamond))
        _ = progress.stepSucceeded(1, present: [])
        expectSteps(progress.stepSucceeded(2, present: outputs(of: 2, in: diamond)), [3])
        let left = diamond.tensor("left")
        #expect(left.map { progress.state(ofTensor: $0) } == .absent)
        _ = progress.stepSucceeded(3, present: [])
        #expect(progress.isAtRest && !progress.hasUnsetOutput)
    }

    @Test func afterAFailureRunningStepsAreAwaitedAndNoneIsIssued() {
        var progress = progress(diamond)
        _ = progress.start()
        _ = progress.stepSucceeded(0, present: outputs(of: 0, in: diamond))
        progress.stepFailed()
        #expect(!progress.isAtRest)
        expectSteps(progress.stepSucceeded(2, present: outputs(of: 2, in: diamond)), [])
        #expect(progress.isAtRest)
    }

    @Test func aMissingInputIsADeadlock() {
        var progress = progress(diamond, inputs: [])
        expectSteps(progress.start(), [])
        #expect(progress.isAtRest && progress.hasUnsetOutput)
    }

    @Test func oneTensorMayFeedSeveralInputsOfAStep() {
        let plan = Self.plan([("a", ["X": "IN", "Y": "IN"], ["Z": "OUT"])])
        var progress = progress(plan)
        expectSteps(progress.start(), [0])
        expectSteps(progress.stepSucceeded(0, present: outputs(of: 0, in: plan)), [])
        #expect(progress.isAtRest)
    }

    @Test func withdrawnStepsAreNotWaitedFor() {
        var progress = progress(diamond)
        let ready = progress.start()
        progress.withdraw(ready.count)
        #expect(progress.isAtRest)
    }

    @Test func producersAreFoundByTensor() {
        let producer = diamond.producer(ofTensor: "OUT")
        #expect(producer?.step.modelName == "d" && producer?.output == "Y")
        #expect(diamond.producer(ofTensor: "IN") == nil)
        #expect(diamond.producer(ofTensor: "nothing") == nil)
    }

    /// Whatever the order of answers: each needed step is issued once, after all that it reads from.
    @Test(arguments: 0..<50)
    func randomGraphsAlwaysFinish(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 1...12, using: &random)
        var steps: [(model: String, inputs: [String: String], outputs: [String: String])] = []
        for index in 0..<count {
            let sources = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Int.random(in: -1..<index, using: &random)
            }
            var inputs: [String: String] = [:]
            for (number, source) in sources.enumerated() { inputs["I\(number)"] = source < 0 ? "IN" : "t\(source)" }
            steps.append(("m", inputs, ["O": "t\(index)"]))
        }
        let plan = Self.plan(steps)
        let wanted = (0..<count).filter { _ in Bool.random(using: &random) }.map { "t\($0)" }
        var progress = progress(plan, outputs: wanted)
        var running = progress.start()
        var issued: [Int] = running
        while !running.isEmpty {
            let step = running.remove(at: Int.random(in: running.indices, using: &random))
            let ready = progress.stepSucceeded(step, present: outputs(of: step, in: plan))
            for next in ready {
                #expect(plan.steps[next].inputs.allSatisfy { progress.state(ofTensor: $0.tensor) == .present })
            }
            running += ready
            issued += ready
        }
        #expect(progress.isAtRest && !progress.hasUnsetOutput)
        #expect(issued.sorted() == plan.stepsNeeded(for: wanted).indices.filter { plan.stepsNeeded(for: wanted)[$0] })
    }
}
