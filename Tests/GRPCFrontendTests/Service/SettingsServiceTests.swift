import GRPCFrontend
import InferenceProtos
import ServingProtocol
import SwiftProtobuf
import Testing

@Suite struct SettingsServiceTests {
    typealias LogValue = Inference_LogSettingsRequest.SettingValue

    private let service = ScriptedService()
    private var methods: [GRPCMethod] { ControlMethods(service: service).methods }

    @discardableResult
    private func log(
        _ settings: [String: LogValue] = [:]
    ) async throws -> [String: Inference_LogSettingsResponse.SettingValue] {
        let response: Inference_LogSettingsResponse = try await methods.call(
            "LogSettings", Inference_LogSettingsRequest.with { $0.settings = settings })
        return response.settings
    }

    @discardableResult
    private func trace(_ settings: [String: [String]] = [:], model: String = "") async throws -> [String: [String]] {
        let request = Inference_TraceSettingRequest.with {
            $0.modelName = model
            $0.settings = settings.mapValues { values in .with { $0.value = values } }
        }
        let response: Inference_TraceSettingResponse = try await methods.call("TraceSetting", request)
        return response.settings.mapValues(\.value)
    }

    @Test func logSettingsAreTold() async throws {
        #expect(
            try await log() == [
                "log_file": .with { $0.stringParam = "" }, "log_info": .with { $0.boolParam = true },
                "log_warning": .with { $0.boolParam = true }, "log_error": .with { $0.boolParam = true },
                "log_verbose_level": .with { $0.uint32Param = 0 },
                "log_format": .with { $0.stringParam = "default" },
            ])
    }

    @Test func logSettingsAreChanged() async throws {
        let changed = try await log([
            "log_verbose_level": .with { $0.uint32Param = 2 }, "log_info": .with { $0.boolParam = false },
            "log_format": .with { $0.stringParam = "ISO8601" }, "nope": .with { $0.boolParam = true },
        ])
        #expect(changed["log_verbose_level"]?.uint32Param == 2)
        #expect(changed["log_info"]?.parameterChoice == .boolParam(false))
        #expect(changed["log_format"]?.stringParam == "ISO8601")
        #expect(changed["log_error"]?.boolParam == true)
        #expect(changed["nope"] == nil)
        #expect(try await log() == changed)
        #expect(service.log.settings.verboseLevel == 2)
    }

    @Test func logSettingsHaveTheirTypes() async throws {
        let text = LogValue.with { $0.stringParam = "x" }
        let flag = LogValue.with { $0.boolParam = true }
        let cases: [(String, LogValue, GRPCStatusCode, String)] = [
            ("log_info", text, .invalidArgument, "expect boolean for 'log_info'"),
            ("log_warning", text, .invalidArgument, "expect boolean for 'log_warning'"),
            ("log_error", .init(), .invalidArgument, "expect boolean for 'log_error'"),
            ("log_verbose_level", text, .invalidArgument, "expect int32 for 'log_verbose_level'"),
            ("log_format", flag, .invalidArgument, "expect string for 'log_format'"),
            ("log_format", text, .invalidArgument, "invalid argument for log_format, got: x"),
            (
                "log_file", text, .unimplemented,
                "log file location can not be updated through network protocol"
            ),
        ]
        let before = service.log.settings
        for (name, value, code, message) in cases {
            await #expect(throws: GRPCStatus(code, message)) { try await log([name: value]) }
        }
        #expect(service.log.settings == before)
    }

    @Test func traceSettingsAreToldChangedAndCleared() async throws {
        let initial = try await trace()
        #expect(
            initial == [
                "trace_mode": ["triton"], "trace_count": ["-1"], "trace_rate": ["1000"], "trace_file": [""],
                "log_frequency": ["0"], "trace_level": ["OFF"],
            ])
        #expect(try await trace(["trace_rate": ["9"], "nope": ["9"]])["trace_rate"] == ["9"])
        #expect(try await trace()["trace_rate"] == ["9"])
        #expect(try await trace(["trace_rate": []]) == initial)
    }

    @Test func traceSettingsOfAModelFallBackToTheServers() async throws {
        service.setModel("m", isReady: true)
        #expect(try await trace(["trace_count": ["5"]], model: "m")["trace_count"] == ["5"])
        #expect(try await trace()["trace_count"] == ["-1"])
        await #expect(throws: GRPCStatus(.invalidArgument, "Request for unknown model : nosuch")) {
            try await trace(model: "nosuch")
        }
    }

    @Test func traceSettingsAreChecked() async throws {
        await #expect(throws: GRPCStatus(.invalidArgument, "Unable to parse 'trace_rate', got: x")) {
            try await trace(["trace_rate": ["x"]])
        }
        await #expect(
            throws: GRPCStatus(.invalidArgument, "Unable to parse 'trace_count'. Expecting value >= -1, got: -2")
        ) { try await trace(["trace_count": ["-2"]]) }
        await #expect(
            throws: GRPCStatus(
                .unimplemented, "trace file location can not be updated through network protocol")
        ) { try await trace(["trace_file": ["a"]]) }
    }
}
