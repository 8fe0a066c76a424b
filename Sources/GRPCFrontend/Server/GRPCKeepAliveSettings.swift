/// How the server looks after quiet connections, with the names and defaults of Triton's flags.
package struct GRPCKeepAliveSettings: Sendable, Hashable {
    /// A client that has been silent so long is pinged.
    package var time = Duration.seconds(7200)
    /// The answer to a ping has to come within this time.
    package var timeout = Duration.seconds(20)
    /// Whether connections without calls are pinged, and may ping.
    package var permitsWithoutCalls = false
    /// Pings that the server sends without having anything else to send; 0 is no limit.
    package var maximumPingsWithoutData = 2
    /// A client that pings more often while the server sends nothing gets a strike.
    package var minimumPingInterval = Duration.seconds(300)
    /// More strikes end the connection; 0 allows any number.
    package var maximumPingStrikes = 2
    /// A connection this old is told to make no further calls; `nil` is no limit.
    package var maximumAge: Duration?
    /// What calls that are open then get to finish; `nil` is no limit.
    package var ageGrace: Duration?

    package init() {}
}
