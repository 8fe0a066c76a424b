import InferenceTypes
import ModelConfiguration

/// Which of the values that `forward` returns one output of the configuration is.
struct OutputBinding: Sendable, Hashable {
    enum Source: Sendable, Hashable {
        case index(Int)
        /// A dictionary key or the field of a named tuple.
        case name(String)
    }

    var name: String
    var dataType: DataType
    var source: Source

    /// Binds all outputs of a configuration, those of sequence states included.
    ///
    /// A returned dictionary is looked into by name, and so is a named tuple if all names are fields of it; else
    /// `NAME__INDEX` counts if all names are of that form, else the order in the configuration.
    static func bindAll(
        _ configuration: ModelConfig, to signature: ForwardSignature
    ) throws(ServingError) -> [OutputBinding] {
        let batchRank = configuration.maxBatchSize > 0 ? 1 : 0
        var declared: [(name: String, dataType: DataType)] = []
        for output in configuration.outputs {
            if output.dataType == .bytes {
                guard (output.reshape ?? output.dims).rank + batchRank <= 1 else {
                    throw InputBinding.onlyOneDimension("output", output.name, configuration.name)
                }
            } else if TorchScalarType(output.dataType) == nil {
                throw InputBinding.unsupportedDataType(output.dataType, "output", output.name, configuration.name)
            }
            declared.append((output.name, output.dataType))
        }
        for state in configuration.sequenceBatching?.states ?? [] {
            guard NamingConvention.index(in: state.outputName) != nil else {
                throw ServingError(
                    .invalidArgument, "output '\(state.outputName)' does not follow <name>__<index> naming convention.")
            }
            declared.append((state.outputName, state.dataType))
        }
        let names = declared.map(\.name)
        let fields = signature.returnFields
        let isByName = signature.returnsDictionary || (!fields.isEmpty && names.allSatisfy(fields.contains))
        let indices = NamingConvention.indices(in: names) ?? Array(names.indices)
        return zip(declared, indices).map { output, index in
            OutputBinding(
                name: output.name, dataType: output.dataType, source: isByName ? .name(output.name) : .index(index))
        }
    }

    /// The value among those returned.
    /// - Throws: Triton's words when there is none, or when it is not what the configuration says.
    func find(in values: [ForwardResult.Value]) throws(ServingError) -> ForwardResult.Value {
        let value: ForwardResult.Value
        switch source {
        case .index(let index):
            guard values.indices.contains(index) else {
                throw ServingError(
                    .invalidArgument,
                    "The output \(name) in the model configuration refers to an output index which doesn't exist. This model "
                        + "has \(values.count) outputs")
            }
            value = values[index]
        case .name(let key):
            guard let found = values.first(where: { $0.name == key }) else {
                throw ServingError(
                    .invalidArgument,
                    "The output \(name) in the model configuration refers to a key which doesn't exist. This model returns "
                        + values.compactMap(\.name).joined(separator: ", "))
            }
            value = found
        }
        guard let found = value.dataType else {
            throw ServingError(
                .invalidArgument, "output '\(name)' has an element type that the protocol does not have.")
        }
        guard found == dataType else {
            throw ServingError(
                .invalidArgument,
                "configuration expects datatype \(dataType.configurationName) for output '\(name)', model provides "
                    + found.configurationName)
        }
        guard value.shape.rank > 0 else {
            throw ServingError(.invalidArgument, "output '\(name)' is a scalar which is not supported.")
        }
        return value
    }
}
