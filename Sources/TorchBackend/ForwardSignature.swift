/// What a module's `forward` takes and returns, as its schema and its code say.
struct ForwardSignature: Sendable, Hashable {
    /// The shapes of values that matter for serving.
    enum Kind: Int32, Sendable {
        case other = 0, tensor, stringList, tensorDictionary, tensorList, stringListDictionary
        case int, float, bool, string, tuple, none
    }

    struct Argument: Sendable, Hashable {
        var name: String
        /// As TorchScript writes it: `Optional[Tensor]`.
        var typeName: String
        /// Of an `Optional`, the kind inside.
        var kind: Kind
        var isOptional: Bool
        var hasDefault: Bool

        /// Whether forward can be called without it.
        var canBeLeftOut: Bool { isOptional || hasDefault }
    }

    /// Without `self`.
    var arguments: [Argument]
    var returnTypeName: String
    var returnKind: Kind
    /// The field names of a returned `NamedTuple`; otherwise empty.
    var returnFields: [String]
    /// The code may write to attributes of the module.
    var hasMutableState: Bool
    /// The code may write to its input tensors.
    var mayWriteInputs: Bool

    /// `forward(x: Dict[str, Tensor])` takes any inputs, by name.
    var takesDictionary: Bool { arguments.count == 1 && arguments[0].kind == .tensorDictionary }

    var returnsDictionary: Bool { returnKind == .tensorDictionary || returnKind == .stringListDictionary }
}
