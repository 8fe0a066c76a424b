/// What two servers say to each other while the ports go from one to the other, each a line.
///
/// The new server connects and says `hello`. The old one answers `sockets`, with the descriptors. The new server loads its
/// models, accepts connections beside the old one, and says `serving`. The old one stops accepting, closes its descriptors,
/// and says `released`. If the connection ends before `serving`, the old server goes on as if nothing had been.
enum HandoverMessage: Equatable {
    /// A socket that is handed over.
    struct Socket: Equatable {
        /// Of an endpoint, which another version may not have.
        var name: String
        /// Whether further processes have it.
        var isShared: Bool
    }

    case hello
    case sockets([Socket])
    case serving
    case released

    private static let greeting = "nereid-handover 1"

    var line: String {
        switch self {
        case .hello: Self.greeting
        case .sockets(let sockets):
            (["sockets"] + sockets.map { "\($0.name)=\($0.isShared ? "shared" : "own")" })
                .joined(separator: " ")
        case .serving: "serving"
        case .released: "released"
        }
    }

    /// `nil` for a line of another version, or of something else.
    init?(line: String) {
        switch line {
        case Self.greeting: self = .hello
        case "serving": self = .serving
        case "released": self = .released
        default:
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.first == "sockets" else { return nil }
            var sockets: [Socket] = []
            for word in words.dropFirst() {
                let parts = word.split(separator: "=", omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, parts[1] == "own" || parts[1] == "shared" else { return nil }
                sockets.append(Socket(name: String(parts[0]), isShared: parts[1] == "shared"))
            }
            self = .sockets(sockets)
        }
    }
}
