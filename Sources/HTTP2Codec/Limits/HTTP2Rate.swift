/// How often something may happen: `burst` times at once, then `perSecond` times a second.
package struct HTTP2Rate: Sendable, Hashable {
    package var burst: Int
    package var perSecond: Int

    package init(burst: Int, perSecond: Int) {
        self.burst = burst
        self.perSecond = perSecond
    }
}
