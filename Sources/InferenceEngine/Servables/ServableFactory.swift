public import InferenceTypes
public import ModelConfiguration

/// Makes servables. Called on a loading thread, which it blocks until the model is loaded and its instances are made.
public protocol ServableFactory: Sendable {
    func makeServable(_ source: ServableSource) throws(ServingError) -> any Servable

    /// Prepares a servable that this factory made, and that goes on serving, for other instance groups and another version
    /// policy. Everything else of `source` is as the servable was made from.
    ///
    /// Instances that both have stay as they are, the new ones are made and warmed up here. Until the commit the servable
    /// is as it was; an error leaves it so.
    func prepareUpdate(
        of servable: any Servable, to source: ServableSource
    ) throws(ServingError) -> ServableUpdate
}

/// What one version of a model is made from.
public struct ServableSource: Sendable {
    public var name: String
    public var version: Int64
    /// Parsed and with defaults applied, not yet auto-completed nor validated.
    public var configuration: ModelConfig
    public var modelDirectory: String
    public var versionDirectory: String
    /// To be held by the servable, and by whatever outlives it, for as long as the model is in memory.
    public var lifetime: ServableLifetime?

    public init(
        name: String, version: Int64, configuration: ModelConfig, modelDirectory: String, versionDirectory: String,
        lifetime: ServableLifetime? = nil
    ) {
        self.name = name
        self.version = version
        self.configuration = configuration
        self.modelDirectory = modelDirectory
        self.versionDirectory = versionDirectory
        self.lifetime = lifetime
    }
}

/// Finds the servable for a name and a version (`nil`: the largest ready one), with Triton's words when there is none.
public typealias ServableResolver = @Sendable (_ name: String, _ version: Int64?) throws(ServingError) -> any Servable
