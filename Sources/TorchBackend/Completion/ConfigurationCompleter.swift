import BackendAPI
import InferenceTypes
import Logging
import ModelConfiguration

/// Finds out inputs and outputs that a configuration leaves out: names from the schema of `forward`, datatypes and shapes
/// by trial runs of a scratch copy of the module.
struct ConfigurationCompleter {
    let context: ModelContext
    let module: TorchModule
    let deadline: ContinuousClock.Instant

    private var configuration: ModelConfig { context.configuration }
    private var signature: ForwardSignature { module.signature }

    /// - Throws: what could not be found out, with the config.pbtxt to write.
    func complete() throws(ServingError) -> ModelConfig {
        var runner = TrialRunner(module: module, deadline: deadline)
        do {
            let bindings = try bindInputs()
            let found = try findInputs(bindings, &runner)
            guard let found else {
                throw failure("no datatypes and shapes were found that forward accepts", runner.lastError)
            }
            var variable = VariableDimensions(found, bindings: bindings, limits: configuredShapes)
            guard let result = try variable.run(&runner) else {
                throw failure("forward returns other types or numbers of values for other input shapes", nil)
            }
            let completed = try fill(result.inputs, result.outputs)
            logFinding(completed, found)
            return completed
        } catch let error as ServingError {
            throw error
        } catch {
            throw failure("the trial runs of forward took too long", runner.lastError)
        }
    }

    private func bindInputs() throws(ServingError) -> [InputBinding] {
        if !configuration.inputs.isEmpty { return try InputBinding.bindAll(configuration, to: signature) }
        if signature.takesDictionary {
            throw failure("forward takes a dictionary, whose keys only you know", nil)
        }
        for argument in signature.arguments where !argument.canBeLeftOut {
            if argument.kind.isNumber {
                throw failure(
                    "argument '\(argument.name)' of forward is one \(argument.typeName), whose sensible values only you know",
                    nil)
            }
            guard argument.isServable else {
                throw failure(
                    "argument '\(argument.name)' of forward has type \(argument.typeName), which cannot be an input",
                    nil)
            }
        }
        let required = signature.arguments.indices.filter { !signature.arguments[$0].canBeLeftOut }
        guard !required.isEmpty else { throw failure("forward has no argument that must be given", nil) }
        return required.map { InputBinding(name: signature.arguments[$0].name, argument: $0, scalarType: nil) }
    }

    private func findInputs(
        _ bindings: [InputBinding], _ runner: inout TrialRunner
    ) throws(TrialRunner.OutOfTime) -> InputSearch.Found? {
        if !configuration.inputs.isEmpty { return try runConfigured(bindings, &runner) }
        let isString = bindings.map { signature.arguments[$0.argument].kind == .stringList }
        let search = InputSearch(
            bindings: bindings, isString: isString, parameterDimensions: module.parameterDimensions(limit: 12))
        return try search.run(&runner)
    }

    /// The shapes of configured inputs, with -1 for what is variable; `nil` when none are configured.
    private var configuredShapes: [Shape]? {
        guard !configuration.inputs.isEmpty else { return nil }
        return configuration.inputs.map { configuration.fullShape($0.reshape ?? $0.dims) }
    }

    /// The inputs are configured and only outputs are wanted: -1 gets a few sizes.
    private func runConfigured(
        _ bindings: [InputBinding], _ runner: inout TrialRunner
    ) throws(TrialRunner.OutOfTime) -> InputSearch.Found? {
        for size: Int64 in [3, 16, 64, 1000, 16000] {
            var inputs: [TrialTensor] = []
            for (input, configured) in zip(configuration.inputs, configuredShapes ?? []) {
                var shape = configured
                for (index, dimension) in shape.dimensions.enumerated() where dimension < 0 {
                    shape.dimensions[index] = configuration.maxBatchSize > 0 && index == 0 ? 2 : size
                }
                inputs.append(TrialTensor(name: input.name, dataType: input.dataType, shape: shape))
            }
            if let outputs = try runner.run(inputs, bindings: bindings) {
                return InputSearch.Found(inputs: inputs, outputs: outputs)
            }
        }
        return nil
    }

    private func fill(_ inputs: [TrialTensor], _ outputs: [TrialTensor]) throws(ServingError) -> ModelConfig {
        var completed = configuration
        if completed.inputs.isEmpty {
            for tensor in inputs {
                var input = ModelInput()
                input.name = tensor.name
                input.dataType = tensor.dataType
                (input.dims, input.reshape) = try dims(tensor, outputs, "input")
                completed.inputs.append(input)
            }
        }
        if completed.outputs.isEmpty {
            for tensor in outputs {
                var output = ModelOutput()
                output.name = tensor.name
                output.dataType = tensor.dataType
                (output.dims, output.reshape) = try dims(tensor, outputs, "output")
                completed.outputs.append(output)
            }
        }
        return completed
    }

    /// The dimensions as a configuration writes them: without the first one if the model batches.
    private func dims(
        _ tensor: TrialTensor, _ outputs: [TrialTensor], _ section: String
    ) throws(ServingError) -> (Shape, Shape?) {
        guard configuration.maxBatchSize > 0 else { return (tensor.shape, nil) }
        guard tensor.shape.dimensions.first == -1 else {
            throw failure(
                "max_batch_size is \(configuration.maxBatchSize), but \(section) '\(tensor.name)' has shape \(tensor.shape), "
                    + "whose first dimension is not a batch; set max_batch_size to 0", nil)
        }
        let rest = Shape(Array(tensor.shape.dimensions.dropFirst()))
        // A configuration has at least one dimension: that of an item without any is taken away again.
        return rest.rank == 0 ? ([1], []) : (rest, nil)
    }

    private func failure(_ reason: String, _ cause: String?) -> ServingError {
        let (example, guesses) = exampleConfiguration()
        let comment = guesses.isEmpty ? "" : "# data_type and dims of \(guesses.joined(separator: ", ")): fill in\n"
        let lastLine = cause.flatMap { $0.split(separator: "\n").last }.map { " (last trial: \($0))" } ?? ""
        return ServingError(
            .invalidArgument,
            "the configuration of model '\(context.name)' has no \(configuration.inputs.isEmpty ? "input" : "output"), and it "
                + "cannot be found out: \(reason)\(lastLine). Write \(context.modelDirectory)/config.pbtxt, for example:\n"
                + comment + example.textFormat
        )
    }

    /// What the user has to write, and the names of the tensors in it whose datatype and dims are not known.
    private func exampleConfiguration() -> (configuration: ModelConfig, guesses: [String]) {
        var example = ModelConfig()
        example.name = configuration.name
        example.backend = "pytorch"
        example.maxBatchSize = configuration.maxBatchSize
        example.inputs = configuration.inputs
        example.outputs = configuration.outputs
        var guesses: [String] = []
        if example.inputs.isEmpty {
            for argument in signature.arguments where !argument.canBeLeftOut {
                var input = ModelInput()
                input.name = signature.takesDictionary ? "<key>" : argument.name
                (input.dataType, input.dims) = Self.likelyContent(argument.kind)
                if !argument.kind.isNumber { guesses.append(input.name) }
                if argument.isServable || signature.takesDictionary { example.inputs.append(input) }
            }
        }
        if example.outputs.isEmpty {
            let fields = signature.returnFields.isEmpty ? ["OUTPUT__0"] : signature.returnFields
            for name in signature.returnsDictionary ? ["<key>"] : fields {
                var output = ModelOutput()
                output.name = name
                (output.dataType, output.dims) = Self.likelyContent(signature.returnKind)
                example.outputs.append(output)
                guesses.append(name)
            }
        }
        return (example, guesses)
    }

    private static func likelyContent(_ kind: ForwardSignature.Kind) -> (DataType, Shape) {
        switch kind {
        case .stringList, .stringListDictionary: (.bytes, [-1])
        case .int: (.int64, [1])
        case .float: (.fp32, [1])
        case .bool: (.bool, [1])
        default: (.fp32, [-1])
        }
    }

    private func logFinding(_ completed: ModelConfig, _ found: InputSearch.Found) {
        let inputs = completed.inputs.map { "\($0.name) \($0.dataType.protocolName) \($0.dims)" }
        let outputs = completed.outputs.map { "\($0.name) \($0.dataType.protocolName) \($0.dims)" }
        let others = found.worksWithoutBatch ? " (inputs with one dimension less work too)" : ""
        context.logger.warning(
            """
            \(context.name): found by trial runs: \(inputs.joined(separator: ", ")) -> \
            \(outputs.joined(separator: ", "))\(others); write them into config.pbtxt to be sure
            """)
    }
}
