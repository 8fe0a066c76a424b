public import BackendAPI
public import InferenceTypes
public import ModelConfiguration
import Synchronization

/// Answers each output `OUTPUT<n>` with the input `INPUT<n>`: for tests, examples and benchmarks.
///
/// Behaves as Triton's test backend of the same name, its response parameters `param0` to `param3` included. Outputs
/// refer to the memory of the inputs. Parameters of a model:
/// - `execute_delay_ms`: each execution takes this long, on the instance's thread.
/// - `instance_wise_delay_multiplier`: if greater than 0, instance `n` takes `n` times as long (instance 0 once).
/// - `creation_delay_sec`: loading takes this long.
/// - `copy_outputs`: `true` copies the data, as a backend that computes would.
/// - `fail_every_nth`: each n-th request to the model fails, to see what clients make of it.
/// - `fail_load`: loading fails with this text.
public struct IdentityBackend: Backend {
    public let name = "identity"

    public init() {}

    public func completeConfiguration(_ context: ModelContext) throws(ServingError) -> ModelConfig {
        context.configuration
    }

    public func loadModel(_ context: ModelContext) throws(ServingError) -> any LoadedModel {
        try IdentityInterface.validate(context.configuration)
        let parameters = context.configuration.parameters
        let behaviour = IdentityBehaviour(
            isBatching: context.configuration.maxBatchSize > 0,
            delay: try parameters.milliseconds("execute_delay_ms"),
            multipliesDelay: try parameters.number("instance_wise_delay_multiplier", default: 0) > 0,
            copiesOutputs: parameters["copy_outputs"] == "true",
            faults: FaultInjection(everyNth: try parameters.number("fail_every_nth", default: 0)))
        if let text = parameters["fail_load"] { throw ServingError(.internal, text) }
        ThreadDelay.sleep(.seconds(try parameters.number("creation_delay_sec", default: 0)))
        return IdentityModel(behaviour)
    }
}

/// What the parameters of a model ask of its instances.
struct IdentityBehaviour: Sendable {
    let isBatching: Bool
    let delay: Duration
    let multipliesDelay: Bool
    let copiesOutputs: Bool
    let faults: FaultInjection
}

private final class IdentityModel: LoadedModel {
    private let behaviour: IdentityBehaviour

    init(_ behaviour: IdentityBehaviour) { self.behaviour = behaviour }

    func makeInstance(_ context: InstanceContext) throws(ServingError) -> any ModelInstance {
        guard context.group.kind != .gpu else {
            throw ServingError(.invalidArgument, "'identity' backend only supports CPU instances")
        }
        return IdentityInstance(behaviour, ordinal: context.ordinal)
    }
}
