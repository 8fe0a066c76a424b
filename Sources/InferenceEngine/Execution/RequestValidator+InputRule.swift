import InferenceTypes
import ModelConfiguration

extension RequestValidator {
    /// What the configuration says about one input.
    struct InputRule: Sendable {
        let name: String
        let dataType: DataType
        /// Without the batch dimension.
        let dims: Shape
        let reshape: Shape?
        let isOptional: Bool
        let isShapeTensor: Bool
        let isNonLinearFormat: Bool
        /// Whether requests carry a batch dimension in front.
        let batches: Bool

        init(_ input: ModelInput, batches: Bool) {
            name = input.name
            dataType = input.dataType
            dims = input.dims
            reshape = input.reshape
            isOptional = input.optional
            isShapeTensor = input.isShapeTensor
            isNonLinearFormat = input.isNonLinearFormatIO
            self.batches = batches
        }

        /// The shape that the model sees: the reshape with its variable dimensions filled in from `shape`, which has
        /// matched `dims` behind its first `batchRank` dimensions.
        func applying(_ reshape: Shape, to shape: Shape, batchRank: Int) -> Shape {
            var variable = zip(dims.dimensions, shape.dimensions.dropFirst(batchRank)).lazy
                .filter { $0.0 == -1 }.map { $0.1 }.makeIterator()
            var result = Array(shape.dimensions.prefix(batchRank))
            for dimension in reshape.dimensions {
                result.append(dimension == -1 ? variable.next() ?? 1 : dimension)
            }
            return Shape(result)
        }
    }

    /// Which rule belongs to which input of a request.
    struct InputOrder {
        /// `nil` when the request has the order of the configuration.
        var ruleIndices: [Int]?

        subscript(index: Int) -> Int { ruleIndices?[index] ?? index }
    }

    /// The control input of a sequence batcher that receives the correlation ID, if the model declares one.
    struct CorrelationControl: Sendable {
        let tensorName: String
        let dataType: DataType

        init?(_ batching: ModelSequenceBatching) {
            for input in batching.controlInputs {
                for control in input.controls where control.kind == .correlationID {
                    tensorName = input.name
                    dataType = control.dataType
                    return
                }
            }
            return nil
        }

        func accepts(_ id: CorrelationID) -> Bool {
            switch id {
            case .string: dataType == .bytes
            case .unsigned: [.uint64, .int64, .uint32, .int32].contains(dataType)
            }
        }
    }
}
