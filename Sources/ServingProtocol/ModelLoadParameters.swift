/// The parameters of a load request.
public struct ModelLoadParameters: Sendable, Hashable {
    /// JSON text of a whole ModelConfig that replaces config.pbtxt for this load.
    public var configurationJSON: String?
    /// Files that replace the model's directory: path relative to it -> content.
    public var files: [String: [UInt8]] = [:]

    public init() {}
}
