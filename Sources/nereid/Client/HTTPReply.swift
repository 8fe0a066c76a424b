/// The answer to one HTTP request.
struct HTTPReply: Sendable {
    var status: Int
    /// Lower-case names; the last of equal names.
    var headers: [String: String]
    var body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }
}
