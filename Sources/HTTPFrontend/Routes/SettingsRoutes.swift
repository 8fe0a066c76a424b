import InferenceTypes
import JSONText
import ServingProtocol

/// The logging and trace extensions.
struct SettingsRoutes: Sendable {
    let service: any InferenceService
    let maximumJSONBytes: Int

    func logging() -> HTTPResponse { answer(service.log.settings) }

    func updateLogging(_ body: TensorBytes) throws(ServingError) -> HTTPResponse {
        let request = try RequestJSON.required(body, maximumBytes: maximumJSONBytes).value
        var change = LogSettingsChange()
        if Self.given("log_file", in: request) != nil { throw LogSettingsChange.fileError }
        change.info = try RequestJSON.bool(Self.given("log_info", in: request))
        change.warning = try RequestJSON.bool(Self.given("log_warning", in: request))
        change.error = try RequestJSON.bool(Self.given("log_error", in: request))
        if let level = Self.given("log_verbose_level", in: request) {
            change.setVerboseLevel(try RequestJSON.unsigned(level))
        }
        if let format = Self.given("log_format", in: request) {
            try change.setFormat(try RequestJSON.string(format), .http)
        }
        return answer(service.log.update(change))
    }

    func trace(ofModel model: String?) throws(ServingError) -> HTTPResponse {
        Self.answer(try service.traceSettings(ofModel: model))
    }

    func updateTrace(ofModel model: String?, _ body: TensorBytes) throws(ServingError) -> HTTPResponse {
        // A model that is not there comes first.
        _ = try service.traceSettings(ofModel: model)
        let request = try RequestJSON.required(body, maximumBytes: maximumJSONBytes).value
        var change = TraceSettingsChange(.http)
        for name in TraceSettingsChange.names {
            guard let value = request[name] else { continue }
            try change.set(name, to: try Self.values(of: name, value))
        }
        return Self.answer(try service.updateTraceSettings(change, ofModel: model))
    }

    /// A setting that is not null.
    private static func given(_ name: String, in request: JSONValue) -> JSONValue? {
        let value = request[name]
        return value == .null ? nil : value
    }

    private static func values(of name: String, _ value: JSONValue) throws(ServingError) -> [String] {
        if value == .null { return [] }
        guard name == "trace_level" else { return [try RequestJSON.string(value)] }
        guard case .array(let elements) = value else { throw RequestJSONText.Mismatch.array.error }
        // No level is not the same as null.
        if elements.isEmpty { return [""] }
        var names: [String] = []
        for element in elements { names.append(try RequestJSON.string(element)) }
        return names
    }

    private func answer(_ settings: LogSettings) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("log_file")
        writer.string(service.log.file)
        writer.key("log_info")
        writer.bool(settings.info)
        writer.key("log_warning")
        writer.bool(settings.warning)
        writer.key("log_error")
        writer.bool(settings.error)
        writer.key("log_verbose_level")
        writer.int(settings.verboseLevel)
        writer.key("log_format")
        writer.string(settings.format.rawValue)
        writer.endObject()
        return HTTPResponse(.ok, .json, body: writer.bytes)
    }

    private static func answer(_ settings: TraceSettings) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, values) in settings.entries {
            writer.key(name)
            if name == "trace_level" {
                writer.beginArray()
                for value in values { writer.string(value) }
                writer.endArray()
            } else {
                writer.string(values.first ?? "")
            }
        }
        writer.endObject()
        return HTTPResponse(.ok, .json, body: writer.bytes)
    }
}
