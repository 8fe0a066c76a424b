/// How often something may happen: `burst` times at once, then `perSecond` times a second.
package struct HTTP2Rate: Sendable, Hashable, CustomStringConvertible {
    package var burst: Int
    package var perSecond: Int

    package init(burst: Int, perSecond: Int) {
        self.burst = burst
        self.perSecond = perSecond
    }

    /// `<burst>,<per second>`
    package var description: String { "\(burst),\(perSecond)" }
}
