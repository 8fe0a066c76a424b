/// Finds the method of a path without making a string of it.
struct GRPCMethodTable: Sendable {
    private struct Entry: Sendable {
        let path: [UInt8]
        let method: GRPCMethod
    }

    /// By the length of the path.
    private let entries: [[Entry]]
    private let services: Set<String>

    /// Of two methods with the same path the first counts.
    init(_ methods: [GRPCMethod]) {
        let longest = methods.map(\.path.utf8.count).max() ?? 0
        var entries = [[Entry]](repeating: [], count: longest + 1)
        for method in methods {
            entries[method.path.utf8.count].append(Entry(path: Array(method.path.utf8), method: method))
        }
        self.entries = entries
        services = Set(methods.compactMap { Self.parts(of: $0.path)?.service }.map(String.init))
    }

    subscript(path: UnsafeRawBufferPointer) -> GRPCMethod? {
        guard path.count < entries.count else { return nil }
        return entries[path.count].first { $0.path.elementsEqual(path) }?.method
    }

    /// What a call of a path that is not in the table ends with.
    func unimplemented(_ path: UnsafeRawBufferPointer) -> GRPCStatus {
        let text = String(decoding: path.prefix(256), as: UTF8.self)
        guard let (service, method) = Self.parts(of: text) else {
            return GRPCStatus(.unimplemented, "malformed method name '\(text)': expected '/<service>/<method>'")
        }
        guard services.contains(String(service)) else {
            return GRPCStatus(.unimplemented, "unknown service \(service)")
        }
        return GRPCStatus(.unimplemented, "unknown method \(method) for service \(service)")
    }

    /// `/service/method`
    private static func parts(of path: String) -> (service: Substring, method: Substring)? {
        guard path.first == "/", let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
        return (path[path.index(after: path.startIndex)..<slash], path[path.index(after: slash)...])
    }
}
