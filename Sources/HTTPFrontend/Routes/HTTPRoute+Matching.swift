extension HTTPRoute {
    /// The route of a path, or `nil`. Exact: no decoding, no trailing slash, no empty names.
    init?(path: ArraySlice<UInt8>) {
        var segments = PathSegments(path)
        guard segments.takeNext(if: "v2") else { return nil }
        guard let first = segments.next() else {
            self = .serverMetadata
            return
        }
        let route: HTTPRoute? =
            if first.elementsEqual("models".utf8) {
                Self.model(&segments)
            } else if first.elementsEqual("health".utf8) {
                Self.health(&segments)
            } else if first.elementsEqual("repository".utf8) {
                Self.repository(&segments)
            } else if first.elementsEqual("systemsharedmemory".utf8) {
                Self.sharedMemory(.system, &segments)
            } else if first.elementsEqual("cudasharedmemory".utf8) {
                Self.sharedMemory(.cuda, &segments)
            } else if first.elementsEqual("logging".utf8) {
                .logging
            } else if first.elementsEqual("trace".utf8) {
                segments.takeNext(if: "setting") ? .traceSetting(model: nil) : nil
            } else {
                nil
            }
        guard let route, segments.isAtEnd else { return nil }
        self = route
    }

    private static func health(_ segments: inout PathSegments) -> HTTPRoute? {
        if segments.takeNext(if: "live") { return .live }
        return segments.takeNext(if: "ready") ? .ready : nil
    }

    /// What follows `/v2/models`.
    private static func model(_ segments: inout PathSegments) -> HTTPRoute? {
        guard let name = segments.nextName() else { return nil }
        if segments.isAtEnd, name == "stats" { return .statistics(nil) }
        var model = Model(name: name)
        if segments.takeNext(if: "versions") {
            guard let version = segments.next(), !version.isEmpty, version.allSatisfy(\.isDigit) else { return nil }
            model.version = String(decoding: version, as: UTF8.self)
        }
        guard let action = segments.next() else { return .modelMetadata(model) }
        if action.elementsEqual("infer".utf8) { return .infer(model) }
        switch String(decoding: action, as: UTF8.self) {
        case "ready": return .modelReady(model)
        case "config": return .modelConfiguration(model)
        case "stats": return .statistics(model)
        case "generate": return .generate(model)
        case "generate_stream": return .generateStream(model)
        case "trace" where model.version == nil:
            return segments.takeNext(if: "setting") ? .traceSetting(model: model.name) : nil
        default: return nil
        }
    }

    /// What follows `/v2/repository`: `[/{repository}]/index` or `[/{repository}]/models/{model}/{load|unload}`.
    private static func repository(_ segments: inout PathSegments) -> HTTPRoute? {
        let names = segments.rest()
        switch names.count {
        case 1: return names[0] == "index" ? .repositoryIndex : nil
        case 2: return names[1] == "index" && !names[0].isEmpty ? .repositoryIndex : nil
        case 3: return control(names, repository: nil)
        case 4: return names[0].isEmpty ? nil : control(Array(names.dropFirst()), repository: names[0])
        default: return nil
        }
    }

    private static func control(_ names: [String], repository: String?) -> HTTPRoute? {
        guard names[0] == "models", !names[1].isEmpty else { return nil }
        switch names[2] {
        case "load": return .loadModel(names[1], repository: repository)
        case "unload": return .unloadModel(names[1], repository: repository)
        default: return nil
        }
    }

    /// What follows `/v2/{kind}sharedmemory`.
    private static func sharedMemory(_ kind: SharedMemoryKind, _ segments: inout PathSegments) -> HTTPRoute? {
        var region: String?
        if segments.takeNext(if: "region") {
            guard let name = segments.nextName() else { return nil }
            region = name
        }
        if segments.takeNext(if: "status") { return .sharedMemoryStatus(kind, region: region) }
        if segments.takeNext(if: "unregister") { return .sharedMemoryUnregister(kind, region: region) }
        guard segments.takeNext(if: "register"), let region else { return nil }
        return .sharedMemoryRegister(kind, region: region)
    }
}
