/// What one connection may do before the other connections of its event loop get to run.
struct HTTPConnectionTurn: Sendable {
    static let maximumExchanges = 16
    static let maximumWrittenBytes = 4 * 1024 * 1024

    private var exchanges = 0
    private var writtenBytes = 0
    private var isWaiting = false

    /// Whether the connection has to wait for its next turn.
    var isSpent: Bool {
        isWaiting || exchanges >= Self.maximumExchanges || writtenBytes >= Self.maximumWrittenBytes
    }

    /// The event loop has come to this connection by itself.
    mutating func begin() {
        if !isWaiting { self = HTTPConnectionTurn() }
    }

    mutating func countExchange() { exchanges += 1 }

    mutating func countWritten(_ byteCount: Int) { writtenBytes += byteCount }

    /// Returns `false` if the next turn is already under way.
    mutating func end() -> Bool {
        if isWaiting { return false }
        isWaiting = true
        return true
    }

    mutating func resume() { self = HTTPConnectionTurn() }
}
