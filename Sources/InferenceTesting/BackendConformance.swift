public import BackendAPI
public import InferenceTypes
import ModelConfiguration
import Synchronization

/// What `checkBackend` needs to know of a backend: a model that it can load, and requests that succeed on it.
public struct BackendSample: Sendable {
    public var context: ModelContext
    /// At least one; inputs in the order of the configuration, batch dimension included. Requested outputs may be left
    /// empty and are filled in.
    public var requests: [InferenceRequest]
    /// Whether equal requests get equal answers.
    public var isDeterministic: Bool

    public init(context: ModelContext, requests: [InferenceRequest], isDeterministic: Bool = true) {
        self.context = context
        self.requests = requests
        self.isDeterministic = isDeterministic
    }
}

/// Checks what every backend must keep to. Blocks the calling thread while the backend works.
///
/// - Returns: the rules that were broken, in words; empty for a backend that conforms.
public func checkBackend(_ backend: any Backend, _ sample: BackendSample) -> [String] {
    BackendConformance(backend, sample).check()
}

private final class BackendConformance {
    private let backend: any Backend
    private var context: ModelContext
    private let sample: BackendSample
    private var violations: [String] = []

    init(_ backend: any Backend, _ sample: BackendSample) {
        self.backend = backend
        self.sample = sample
        context = sample.context
    }

    func check() -> [String] {
        if backend.name.isEmpty { violations.append("the backend has no name") }
        completeTwice()
        weak var leaked: (any LoadedModel)?
        do throws(ServingError) {
            let model = try backend.loadModel(context)
            leaked = model
            try checkInstances(of: model)
        } catch {
            violations.append("loading or making an instance failed: \(error)")
        }
        if leaked != nil { violations.append("the loaded model outlives its last instance and reference") }
        return violations
    }

    private func completeTwice() {
        do throws(ServingError) {
            let once = try backend.completeConfiguration(context)
            var again = context
            again.configuration = once
            if try backend.completeConfiguration(again) != once {
                violations.append("completing a completed configuration changes it")
            }
            checkCompletion(once)
            context.configuration = once
        } catch {
            violations.append("completing the configuration failed: \(error)")
        }
    }

    private func checkCompletion(_ completed: ModelConfig) {
        var allowed = context.configuration
        allowed.maxBatchSize = completed.maxBatchSize
        allowed.inputs = completed.inputs
        allowed.outputs = completed.outputs
        if allowed.scheduling == nil { allowed.scheduling = completed.scheduling }
        allowed.transactionPolicy = completed.transactionPolicy
        if allowed != completed {
            violations.append("completion changed more than batch size, tensors, scheduler and transaction policy")
        }
    }

    private func checkInstances(of model: any LoadedModel) throws(ServingError) {
        let instances = [try instance(of: model, 0), try instance(of: model, 1)]
        var single: [[Tensor]] = []
        for request in sample.requests.map(filledIn) {
            let result = execute([request], on: instances[0])
            let outputs = outputs(of: request, in: result.answers.first)
            single.append(outputs)
            for output in outputs { check(output, of: request) }
            guard sample.isDeterministic else { continue }
            for instance in instances {
                let again = execute([request], on: instance)
                compare(self.outputs(of: request, in: again.answers.first), outputs, "repeating a request")
            }
        }
        checkRequestedOutputs(instances[0])
        if sample.isDeterministic, context.configuration.maxBatchSize > 1 { checkBatches(instances[1], single) }
    }

    private func instance(of model: any LoadedModel, _ ordinal: Int) throws(ServingError) -> any ModelInstance {
        var group = context.configuration.instanceGroups.first ?? ModelInstanceGroup()
        if group.kind == .auto { group.kind = .cpu }
        return try model.makeInstance(
            InstanceContext(
                name: "\(context.name)_0_\(ordinal)", group: group, ordinal: ordinal, instanceCount: 2))
    }

    private func filledIn(_ request: InferenceRequest) -> InferenceRequest {
        var request = request
        if request.requestedOutputs.isEmpty {
            request.requestedOutputs = context.configuration.outputs.map(\.name).sorted()
        }
        if context.configuration.maxBatchSize > 0, let first = request.inputs.first?.shape.dimensions.first {
            request.batchSize = Int(first)
        }
        return request
    }

    private func execute(_ requests: [InferenceRequest], on instance: any ModelInstance) -> ExecutionResult {
        let began = ContinuousClock.now
        let total = requests.reduce(0) { $0 + max($1.batchSize, 1) }
        let result = instance.execute(ExecutionBatch(requests: requests, totalBatchSize: total))
        if result.answers.count != requests.count {
            violations.append("\(requests.count) requests got \(result.answers.count) answers")
        }
        let moments = [began, result.inputsReady ?? began, result.computeDone ?? .now, .now]
        if zip(moments, moments.dropFirst()).contains(where: { $0 > $1 }) {
            violations.append("the moments of an execution are out of order")
        }
        return result
    }

    private func outputs(
        of request: InferenceRequest, in answer: Result<ExecutionResult.Answer, ServingError>?
    ) -> [Tensor] {
        switch answer {
        case .success(let answer)?:
            let given = answer.outputs.map(\.name)
            for name in request.requestedOutputs where !given.contains(name) {
                violations.append("output '\(name)' was asked for and is missing")
            }
            if Set(given).count != given.count { violations.append("an output was given twice: \(given)") }
            return answer.outputs.filter { request.requestedOutputs.contains($0.name) }
        case .failure(let error)?:
            violations.append("a sample request failed: \(error)")
            return []
        case nil: return []
        }
    }

    private func check(_ output: Tensor, of request: InferenceRequest) {
        guard let configured = context.configuration.outputs.first(where: { $0.name == output.name }) else {
            violations.append("output '\(output.name)' is not in the configuration")
            return
        }
        if configured.dataType != output.dataType {
            violations.append("output '\(output.name)' is \(output.dataType), configured \(configured.dataType)")
        }
        if let expected = output.shape.byteCount(of: output.dataType), expected != output.bytes.count {
            violations.append("output '\(output.name)' has \(output.bytes.count) bytes, its shape says \(expected)")
        }
        let dims = context.configuration.fullShape(configured.reshape ?? configured.dims)
        let matches =
            dims.rank == output.shape.rank
            && zip(dims.dimensions, output.shape.dimensions).allSatisfy { $0 == -1 || $0 == $1 }
        if !matches { violations.append("output '\(output.name)' has shape \(output.shape), configured \(dims)") }
        if context.configuration.maxBatchSize > 0, output.shape.dimensions.first != Int64(request.batchSize) {
            violations.append("output '\(output.name)' does not have the batch size of its request")
        }
    }

    private func checkRequestedOutputs(_ instance: any ModelInstance) {
        guard let first = sample.requests.first.map(filledIn) else { return }
        for name in first.requestedOutputs {
            var request = first
            request.requestedOutputs = [name]
            let result = execute([request], on: instance)
            _ = outputs(of: request, in: result.answers.first)
        }
    }

    private func checkBatches(_ instance: any ModelInstance, _ single: [[Tensor]]) {
        let requests = sample.requests.map(filledIn)
        let shapes = Set(requests.map { $0.inputs.map { Array($0.shape.dimensions.dropFirst()) } })
        let total = requests.reduce(0) { $0 + max($1.batchSize, 1) }
        // A batch holds requests of one shape, and no more than the model allows.
        guard requests.count > 1, shapes.count == 1, total <= Int(context.configuration.maxBatchSize) else { return }
        let result = execute(requests, on: instance)
        for (index, request) in requests.enumerated() where index < result.answers.count {
            compare(
                outputs(of: request, in: result.answers[index]), single[index], "executing requests as one batch")
        }
    }

    private func compare(_ left: [Tensor], _ right: [Tensor], _ what: String) {
        let isEqual =
            left.count == right.count
            && zip(left, right).allSatisfy { a, b in
                a.name == b.name && a.dataType == b.dataType && a.shape == b.shape
                    && a.bytes.withUnsafeBytes { a in b.bytes.withUnsafeBytes { b in a.elementsEqual(b) } }
            }
        if !isEqual { violations.append("\(what) gives another answer") }
    }
}
