/// Where and how HTTP is served.
struct HTTPSettings: Equatable, Sendable {
    var address = "0.0.0.0"
    /// 0 takes any free port.
    var port = 8000
    var reusesPort = false
    /// `nil` takes the number that suits the machine.
    var threadCount: Int?
    /// The most bytes of a request's body.
    var maximumInputSize = 67_108_864
}
