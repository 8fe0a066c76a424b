/// Why a compressed body could not be taken apart.
package enum InflationError: Error, Sendable, Hashable {
    /// More comes out than allowed.
    case tooLarge
    /// It is cut off, damaged or of another coding; the text says which.
    case damaged(String)
    case outOfMemory
}
