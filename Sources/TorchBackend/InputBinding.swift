import InferenceTypes
import ModelConfiguration

/// Which argument of `forward` one input of the configuration is for.
struct InputBinding: Sendable, Hashable {
    var name: String
    var argument: Int
    /// The key, where `forward` takes a dictionary.
    var key: String?
    /// `nil` for strings.
    var scalarType: TorchScalarType?
    /// The argument is an int, a float or a bool: the only element of the input is its value.
    var isNumber = false
}

extension InputBinding {
    /// An input as the configuration names it, whichever section it comes from.
    private struct Declared {
        var name: String
        var dataType: DataType
        /// Without the batch.
        var dims: Shape
        var isOptional = false
        /// Controls and states of sequences are always bound by number.
        var mustBeNumbered = false
    }

    /// Binds all inputs of a configuration, those of sequence batching included.
    ///
    /// Names are taken as names of arguments if all of them are; else as `NAME__INDEX` if all of them are; else the order in
    /// the configuration counts.
    /// - Throws: what does not fit between the configuration and the schema of `forward`.
    static func bindAll(
        _ configuration: ModelConfig, to signature: ForwardSignature
    ) throws(ServingError) -> [InputBinding] {
        let model = configuration.name
        try rejectUnsupported(configuration)
        try checkStrings(configuration)
        let (ordinary, numbered) = declaredInputs(configuration)
        if signature.takesDictionary {
            return try bindDictionary(ordinary + numbered, model: model)
        }
        try checkArgumentTypes(signature, model: model)
        try checkCount(ordinary.count + numbered.count, signature, model: model)

        var positions = try positions(of: ordinary.map(\.name), in: signature, model: model)
        for input in numbered {
            guard let index = NamingConvention.index(in: input.name) else {
                throw ServingError(
                    .invalidArgument, "input '\(input.name)' does not follow <name>__<index> naming convention.")
            }
            positions.append(index)
        }
        var bindings: [InputBinding] = []
        for (input, position) in zip(ordinary + numbered, positions) {
            try check(input, at: position, among: bindings, signature, model: model)
            bindings.append(
                InputBinding(
                    name: input.name, argument: position, scalarType: TorchScalarType(input.dataType),
                    isNumber: signature.arguments[position].kind.isNumber))
        }
        for (index, argument) in signature.arguments.enumerated() where !argument.canBeLeftOut {
            guard bindings.contains(where: { $0.argument == index }) else {
                throw ServingError(
                    .invalidArgument,
                    "unable to load model '\(model)', argument '\(argument.name)' (index \(index)) of forward has no input in "
                        + "the configuration, and no default")
            }
        }
        return bindings
    }

    private static func declaredInputs(_ configuration: ModelConfig) -> (ordinary: [Declared], numbered: [Declared]) {
        let ordinary = configuration.inputs.map {
            Declared(name: $0.name, dataType: $0.dataType, dims: $0.reshape ?? $0.dims, isOptional: $0.optional)
        }
        guard let sequence = configuration.sequenceBatching else { return (ordinary, []) }
        let controls = sequence.controlInputs.map { input in
            Declared(
                name: input.name, dataType: input.controls.first.map(Self.dataType) ?? .invalid, dims: [1],
                mustBeNumbered: true)
        }
        let states = sequence.states.map {
            Declared(name: $0.inputName, dataType: $0.dataType, dims: $0.dims, mustBeNumbered: true)
        }
        return (ordinary, controls + states)
    }

    private static func dataType(of control: ModelSequenceBatching.Control) -> DataType {
        if !control.int32FalseTrue.isEmpty { return .int32 }
        if !control.fp32FalseTrue.isEmpty { return .fp32 }
        if !control.boolFalseTrue.isEmpty { return .bool }
        return control.dataType
    }

    private static func bindDictionary(_ inputs: [Declared], model: String) throws(ServingError) -> [InputBinding] {
        var bindings: [InputBinding] = []
        for input in inputs {
            guard let type = TorchScalarType(input.dataType) else {
                throw unsupportedDataType(input.dataType, "input", input.name, model)
            }
            bindings.append(InputBinding(name: input.name, argument: 0, key: input.name, scalarType: type))
        }
        return bindings
    }

    private static func checkArgumentTypes(_ signature: ForwardSignature, model: String) throws(ServingError) {
        for argument in signature.arguments where !argument.isServable && !argument.canBeLeftOut {
            throw ServingError(
                .internal,
                "An input of type '\(argument.typeName)' was detected in the model. Only a single input of type "
                    + "Dict(str, Tensor) or input(s) of type Tensor are supported. It is argument '\(argument.name)' of forward "
                    + "in model '\(model)'.")
        }
    }

    private static func checkCount(
        _ count: Int, _ signature: ForwardSignature, model: String
    ) throws(ServingError) {
        let required = signature.arguments.count { !$0.canBeLeftOut }
        let servable = signature.arguments.count { $0.isServable }
        guard (required...max(required, servable)).contains(count) else {
            let names = signature.arguments.filter(\.isServable)
                .map { $0.canBeLeftOut ? "\($0.name) (optional)" : $0.name }.joined(separator: ", ")
            throw ServingError(
                .invalidArgument,
                "unable to load model '\(model)', configuration expects \(count) inputs, model provides \(servable): \(names)"
            )
        }
    }

    private static func positions(
        of names: [String], in signature: ForwardSignature, model: String
    ) throws(ServingError) -> [Int] {
        let byName = names.compactMap { name in signature.arguments.firstIndex { $0.name == name } }
        if byName.count == names.count { return byName }
        if let byNumber = NamingConvention.indices(in: names) { return byNumber }
        // Arguments that cannot be inputs have defaults here, and are passed over; so are numbers with defaults if possible.
        let servable = signature.arguments.indices.filter { signature.arguments[$0].isServable }
        let likely = servable.filter {
            !(signature.arguments[$0].kind.isNumber && signature.arguments[$0].canBeLeftOut)
        }
        return Array((likely.count < names.count ? servable : likely).prefix(names.count))
    }

    private static func check(
        _ input: Declared, at position: Int, among bound: [InputBinding], _ signature: ForwardSignature, model: String
    ) throws(ServingError) {
        guard signature.arguments.indices.contains(position) else {
            throw ServingError(
                .invalidArgument,
                "unable to load model '\(model)', input '\(input.name)' refers to argument \(position) of forward, which has "
                    + "\(signature.arguments.count): indices begin with 0")
        }
        if let other = bound.first(where: { $0.argument == position }) {
            throw ServingError(
                .invalidArgument,
                "unable to load model '\(model)', inputs '\(other.name)' and '\(input.name)' both refer to argument "
                    + "\(position) of forward")
        }
        let argument = signature.arguments[position]
        switch (argument.kind, input.dataType) {
        case (.stringList, .bytes): break
        case (.tensor, let type) where TorchScalarType(type) != nil: break
        case (let kind, let type) where kind.isNumber && kind.takes(type):
            guard input.dims.elementCount == 1 else {
                throw ServingError(
                    .invalidArgument,
                    "unable to load model '\(model)', argument '\(argument.name)' of forward is one \(argument.typeName): the dims "
                        + "of input '\(input.name)' must be [ 1 ], not \(input.dims)")
            }
        case (.tensor, let type) where type != .bytes: throw unsupportedDataType(type, "input", input.name, model)
        default:
            throw ServingError(
                .invalidArgument,
                "unable to load model '\(model)', configuration expects datatype \(input.dataType.configurationName) for input "
                    + "'\(input.name)', but argument '\(argument.name)' of forward is \(argument.typeName)")
        }
        if input.isOptional && !argument.canBeLeftOut {
            throw ServingError(
                .invalidArgument,
                "unable to load model '\(model)', input '\(input.name)' is optional in the configuration, but argument "
                    + "'\(argument.name)' of forward has no default")
        }
    }

    private static func rejectUnsupported(_ configuration: ModelConfig) throws(ServingError) {
        guard configuration.batchInputs.isEmpty, configuration.batchOutputs.isEmpty,
            !configuration.inputs.contains(where: \.allowRaggedBatch)
        else {
            throw ServingError(
                .unsupported,
                "unable to load model '\(configuration.name)', backend 'pytorch' does not support ragged batching "
                    + "(allow_ragged_batch, batch_input, batch_output)")
        }
    }

    private static func checkStrings(_ configuration: ModelConfig) throws(ServingError) {
        let batchRank = configuration.maxBatchSize > 0 ? 1 : 0
        for input in configuration.inputs where input.dataType == .bytes {
            guard (input.reshape ?? input.dims).rank + batchRank <= 1 else {
                throw onlyOneDimension("input", input.name, configuration.name)
            }
        }
    }

    static func onlyOneDimension(_ direction: String, _ name: String, _ model: String) -> ServingError {
        ServingError(
            .internal,
            "Triton only supports 1 dimensional List of String as \(direction) for '\(name)' for model '\(model)'")
    }

    static func unsupportedDataType(
        _ type: DataType, _ direction: String, _ name: String, _ model: String
    ) -> ServingError {
        ServingError(
            .internal, "unsupported datatype \(type.configurationName) for \(direction) '\(name)' for model '\(model)'")
    }
}

extension ForwardSignature.Argument {
    /// Whether an input of a request can be given for it.
    var isServable: Bool { kind == .tensor || kind == .stringList || kind.isNumber }
}

extension ForwardSignature.Kind {
    /// A single value that is no tensor, and for which an input with one element can stand.
    var isNumber: Bool { self == .int || self == .float || self == .bool }

    /// Whether an element of this type is such a number.
    fileprivate func takes(_ type: DataType) -> Bool {
        switch self {
        case .int: [.int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64].contains(type)
        case .float: [.fp16, .bf16, .fp32, .fp64].contains(type)
        case .bool: type == .bool
        default: false
        }
    }
}
