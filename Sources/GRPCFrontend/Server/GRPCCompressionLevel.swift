/// How hard answers of inference are compressed for clients that accept it.
package enum GRPCCompressionLevel: String, Sendable, Hashable, CaseIterable {
    case none, low, medium, high
}
