public import InferenceTypes
public import ModelConfiguration

/// A model version in memory: what its instances share. Unloaded with its last reference, after all instances.
public protocol LoadedModel: AnyObject, Sendable {
    /// Makes one instance. Called on the thread on which that instance will execute.
    func makeInstance(_ context: InstanceContext) throws(ServingError) -> any ModelInstance

    /// What the model takes without its instances: weights, which they share. Asked once it is loaded.
    var memoryUsage: [MemoryUsage] { get }
}

extension LoadedModel {
    public var memoryUsage: [MemoryUsage] { [] }
}

/// What a backend is told about the instance it is to make.
public struct InstanceContext: Sendable {
    /// `<group>_<index>`, as Triton names instances.
    public var name: String
    public var group: ModelInstanceGroup
    /// Position among all instances of the model, from 0.
    public var ordinal: Int
    /// How many instances the model has in all.
    public var instanceCount: Int

    public init(name: String, group: ModelInstanceGroup, ordinal: Int, instanceCount: Int) {
        self.name = name
        self.group = group
        self.ordinal = ordinal
        self.instanceCount = instanceCount
    }
}
