import InferenceProtos
import InferenceTypes
import ServingProtocol
import SwiftProtobuf

/// The logging and trace extensions. A request without settings only reads them; settings of unknown names are ignored.
struct SettingsService: Sendable {
    let service: any InferenceService

    func trace(_ request: Inference_TraceSettingRequest) throws(ServingError) -> Inference_TraceSettingResponse {
        var change = TraceSettingsChange(.grpc)
        // A model that is not there comes first.
        var settings = try service.traceSettings(ofModel: request.modelName)
        let given = request.settings
        if !given.isEmpty {
            for name in TraceSettingsChange.names {
                if let value = given[name] { try change.set(name, to: value.value) }
            }
            settings = try service.updateTraceSettings(change, ofModel: request.modelName)
        }
        var response = Inference_TraceSettingResponse()
        for (name, values) in settings.entries { response.settings[name] = .with { $0.value = values } }
        return response
    }

    func log(_ request: Inference_LogSettingsRequest) throws(ServingError) -> Inference_LogSettingsResponse {
        guard !request.settings.isEmpty else { return answer(service.log.settings) }
        return answer(service.log.update(try Self.change(request.settings)))
    }

    private static func change(
        _ given: [String: Inference_LogSettingsRequest.SettingValue]
    ) throws(ServingError) -> LogSettingsChange {
        var change = LogSettingsChange()
        if given["log_file"] != nil { throw LogSettingsChange.fileError }
        change.info = try bool("log_info", given)
        change.warning = try bool("log_warning", given)
        change.error = try bool("log_error", given)
        if let value = given["log_verbose_level"] {
            guard case .uint32Param(let level) = value.parameterChoice else {
                throw wrongType(of: "log_verbose_level", expected: "int32")
            }
            change.setVerboseLevel(UInt64(level))
        }
        if let value = given["log_format"] {
            guard case .stringParam(let format) = value.parameterChoice else {
                throw wrongType(of: "log_format", expected: "string")
            }
            try change.setFormat(format, .grpc)
        }
        return change
    }

    private static func bool(
        _ name: String, _ given: [String: Inference_LogSettingsRequest.SettingValue]
    ) throws(ServingError) -> Bool? {
        guard let value = given[name] else { return nil }
        guard case .boolParam(let flag) = value.parameterChoice else {
            throw wrongType(of: name, expected: "boolean")
        }
        return flag
    }

    private static func wrongType(of name: String, expected: String) -> ServingError {
        ServingError(.invalidArgument, "expect \(expected) for '\(name)'")
    }

    private func answer(_ settings: LogSettings) -> Inference_LogSettingsResponse {
        .with {
            $0.settings["log_file"] = .with { $0.stringParam = service.log.file }
            $0.settings["log_info"] = .with { $0.boolParam = settings.info }
            $0.settings["log_warning"] = .with { $0.boolParam = settings.warning }
            $0.settings["log_error"] = .with { $0.boolParam = settings.error }
            $0.settings["log_verbose_level"] = .with { $0.uint32Param = UInt32(clamping: settings.verboseLevel) }
            $0.settings["log_format"] = .with { $0.stringParam = settings.format.rawValue }
        }
    }
}
