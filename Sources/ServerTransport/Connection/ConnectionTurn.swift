/// What one connection may do before the other connections of its event loop get to run.
package struct ConnectionTurn: Sendable {
    package static let maximumExchanges = 16
    package static let maximumWrittenBytes = 4 * 1024 * 1024

    private let exchangeLimit: Int
    private var exchanges = 0
    private var writtenBytes = 0
    private var isWaiting = false

    package init(maximumExchanges: Int = maximumExchanges) { exchangeLimit = maximumExchanges }

    /// Whether the connection has to wait for its next turn.
    package var isSpent: Bool {
        isWaiting || exchanges >= exchangeLimit || writtenBytes >= Self.maximumWrittenBytes
    }

    /// The event loop has come to this connection by itself.
    package mutating func begin() {
        if !isWaiting { resume() }
    }

    package mutating func countExchange() { exchanges += 1 }

    package mutating func countWritten(_ byteCount: Int) { writtenBytes += byteCount }

    /// Returns `false` if the next turn is already under way.
    package mutating func end() -> Bool {
        if isWaiting { return false }
        isWaiting = true
        return true
    }

    package mutating func resume() { self = ConnectionTurn(maximumExchanges: exchangeLimit) }
}
