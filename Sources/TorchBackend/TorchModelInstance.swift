import BackendAPI
import InferenceTypes

typealias ExecutionAnswer = ExecutionResult.Answer

/// One instance of a TorchScript model. The module is this instance's own if it has mutable state.
final class TorchModelInstance: ModelInstance {
    let memoryUsage: [MemoryUsage]
    private let module: TorchModule
    private let gatherer: InputGatherer
    private let scatterer: OutputScatterer
    private let options: TorchModule.CallOptions
    private let joinsRequests: Bool

    init(
        module: TorchModule, memoryUsage: [MemoryUsage], inputs: [InputBinding], outputs: [OutputBinding],
        options: TorchModule.CallOptions, joinsRequests: Bool
    ) {
        self.module = module
        self.memoryUsage = memoryUsage
        self.gatherer = InputGatherer(bindings: inputs, mustCopy: module.signature.mayWriteInputs)
        self.scatterer = OutputScatterer(bindings: outputs)
        self.options = options
        self.joinsRequests = joinsRequests
    }

    /// With optimised execution LibTorch records one run, makes a plan in the second, and follows it from the third on.
    var executionsUntilWarm: Int { options.optimize ? 3 : 1 }

    func execute(_ batch: ExecutionBatch) -> ExecutionResult {
        var answers: [Result<ExecutionAnswer, ServingError>] = []
        answers.reserveCapacity(batch.requests.count)
        var inputsReady: ContinuousClock.Instant?
        var computeDone: ContinuousClock.Instant?
        var rest = batch.requests[...]
        while let first = rest.first {
            let tail = rest.dropFirst()
            let end =
                joinsRequests ? tail.firstIndex { !gatherer.canJoin(first, $0) } ?? rest.endIndex : tail.startIndex
            let group = rest[..<end]
            rest = rest[end...]
            do throws(ServingError) {
                let arguments = try gatherer.arguments(for: group)
                if inputsReady == nil { inputsReady = .now }
                let result = try forward(arguments)
                computeDone = .now
                // A lone request is held to the same rule, so that an answer does not depend on who else asks.
                let rows = joinsRequests ? group.map(\.batchSize) : nil
                for answer in try scatterer.answers(from: result, for: group, rows: rows) {
                    answers.append(.success(answer))
                }
            } catch {
                for _ in group { answers.append(.failure(error)) }
            }
        }
        return ExecutionResult(answers: answers, inputsReady: inputsReady, computeDone: computeDone)
    }

    private func forward(_ arguments: [ForwardArgument]) throws(ServingError) -> ForwardResult {
        do throws(ServingError) {
            return try module.forward(
                arguments, options: options, copySharedOutputs: module.signature.hasMutableState)
        } catch {
            throw ServingError(error.code, "PyTorch execute failure: \(error.message)")
        }
    }
}
