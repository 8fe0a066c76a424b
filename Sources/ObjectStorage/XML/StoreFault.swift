/// The body of an error answer: `<Error><Code>NoSuchBucket</Code><Message>...</Message></Error>`.
struct StoreFault: Sendable, Equatable {
    var code = ""
    var message = ""
    /// Where the bucket is, for a request that was sent to another region.
    var region = ""

    /// What cannot be read leaves the fields empty: the status still tells something.
    init(parsing bytes: [UInt8]) {
        var reader = XMLReader(bytes)
        var path: [String] = []
        while let token = try? reader.next() {
            switch token {
            case .start(let name): path.append(name)
            case .text(let text):
                guard path.count == 2, path[0] == "Error" else { continue }
                switch path[1] {
                case "Code": code += text
                case "Message": message += text
                case "Region": region += text
                default: break
                }
            case .end: path.removeLast()
            }
        }
        code = ObjectPath.shown(code, limit: 64)
        message = ObjectPath.shown(message)
    }
}
