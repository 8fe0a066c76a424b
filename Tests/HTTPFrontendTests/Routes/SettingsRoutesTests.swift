import InferenceTypes
import ServingProtocol
import Testing

@testable import HTTPFrontend

@Suite struct SettingsRoutesTests {
    private let routes = SettingsRoutes(service: FakeService(), maximumJSONBytes: 1000)

    private func answer(_ body: () throws(ServingError) -> HTTPResponse) -> String {
        do throws(ServingError) {
            return String(decoding: try body().body, as: UTF8.self)
        } catch {
            return "\(error.code): \(error.message)"
        }
    }

    private func log(_ json: String) -> String {
        answer { () throws(ServingError) in try routes.updateLogging(TensorBytes(copying: Array(json.utf8))) }
    }

    private func trace(_ json: String, model: String? = nil) -> String {
        answer { () throws(ServingError) in
            try routes.updateTrace(ofModel: model, TensorBytes(copying: Array(json.utf8)))
        }
    }

    @Test func logSettings() {
        let initial =
            #"{"log_file":"","log_info":true,"log_warning":true,"log_error":true,"log_verbose_level":0,"log_format":"default"}"#
        #expect(String(decoding: routes.logging().body, as: UTF8.self) == initial)
        for json in ["{}", "[]", #"{"nope":1}"#, #"{"log_info":null,"log_file":null}"#] {
            #expect(log(json) == initial)
        }
        #expect(
            log(#"{"log_info":false,"log_verbose_level":2,"log_format":"ISO8601"}"#)
                == #"{"log_file":"","log_info":false,"log_warning":true,"log_error":true,"log_verbose_level":2,"log_format":"ISO8601"}"#
        )
        #expect(
            log(#"{"log_file":"/tmp/x"}"#)
                == "unsupported: log file location can not be updated through network protocol")
        #expect(log(#"{"log_info":"yes"}"#) == "internal: attempt to access JSON non-boolean as boolean")
        #expect(log(#"{"log_format":"x"}"#) == "unavailable: invalid argument for --log_format, got: x")
        #expect(log("{") == "internal: failed to parse the request JSON buffer: Missing a name for object member. at 1")
        #expect(log("") == "internal: failed to parse the request JSON buffer: The document is empty. at 0")
    }

    @Test func traceSettings() {
        func shown(_ level: String, _ rate: String) -> String {
            #"{"trace_level":[\#(level)],"trace_rate":"\#(rate)","trace_count":"-1","log_frequency":"0","trace_file":"","trace_mode":"triton"}"#
        }
        #expect(answer { () throws(ServingError) in try routes.trace(ofModel: nil) } == shown(#""OFF""#, "1000"))
        #expect(trace(#"{"trace_rate":"5","trace_level":[]}"#) == shown(#""OFF""#, "5"))
        #expect(trace(#"{"trace_rate":"3"}"#, model: "echo") == shown(#""OFF""#, "3"))
        #expect(trace(#"{"trace_rate":null}"#, model: "echo") == shown(#""OFF""#, "5"))
        #expect(trace("{", model: "nosuch") == "invalidArgument: Request for unknown model : nosuch")
        #expect(trace(#"{"trace_rate":7}"#) == "internal: attempt to access JSON non-string as string")
        #expect(trace(#"{"trace_level":"OFF"}"#) == "internal: attempt to access JSON non-array as array")
        #expect(
            trace(#"{"trace_file":null}"#)
                == "unsupported: trace file location can not be updated through network protocol")
    }
}
