import InferenceTypes

/// The datatype and shape of one tensor in a trial run of `forward`.
struct TrialTensor: Hashable, Sendable {
    var name: String
    var dataType: DataType
    var shape: Shape
}
