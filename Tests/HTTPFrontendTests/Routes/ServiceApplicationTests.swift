import InferenceTypes
import Testing

@testable import HTTPFrontend

/// The routes over a real connection, on a service that is not real.
struct ServiceApplicationTests {
    /// Status line, content type and body of an answer.
    private struct Answer: Equatable, CustomStringConvertible {
        var status: String
        var contentType: String
        var body: String

        init(_ status: String, _ contentType: String, _ body: String = "") {
            (self.status, self.contentType, self.body) = (status, contentType, body)
        }

        init(parsing text: String) {
            let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
            let end = lines.firstIndex(of: "") ?? lines.endIndex
            status = String(lines.first?.dropFirst("HTTP/1.1 ".count) ?? "")
            contentType = String(lines[..<end].first { $0.hasPrefix("Content-Type: ") }?.dropFirst(14) ?? "")
            body = lines[min(end + 1, lines.endIndex)...].joined(separator: "\r\n")
        }

        var description: String { "\(status) [\(contentType)] \(body)" }
    }

    private static let plain = "text/plain"
    private static let json = "application/json"
    private static let notAllowed = #"{"error":"Method Not Allowed"}"#
    private static let notFound = Answer("404 Not Found", plain, #"{"error":"Not Found"}"#)

    @Test func controlRoutes() async throws {
        let statistics =
            #"{"model_stats":[{"name":"echo","version":"7","last_inference":1795359784366,"inference_count":9,"#
            + #""execution_count":2,"inference_stats":{"success":{"count":4,"ns":18446744073709551615},"fail":{"count":0,"ns":0},"#
            + #""queue":{"count":0,"ns":0},"compute_input":{"count":0,"ns":0},"compute_infer":{"count":0,"ns":0},"#
            + #""compute_output":{"count":0,"ns":0},"cache_hit":{"count":0,"ns":0},"cache_miss":{"count":0,"ns":0}},"response_stats":{"#
            + [2, 10].map { index in
                #""\#(index)":{"compute_infer":{"count":0,"ns":0},"compute_output":{"count":0,"ns":0},"#
                    + #""success":{"count":0,"ns":0},"fail":{"count":0,"ns":0},"empty_response":{"count":0,"ns":0},"#
                    + #""cancel":{"count":0,"ns":0}}"#
            }.joined(separator: ",")
            + #"},"batch_stats":[{"batch_size":8,"compute_input":{"count":0,"ns":0},"compute_infer":{"count":1,"ns":0},"#
            + #""compute_output":{"count":0,"ns":0}}],"memory_usage":[{"type":"CPU","id":0,"byte_size":5}]}]}"#
        let table: [(String, String, String, Answer)] = [
            ("GET", "/v2/health/live", "", Answer("200 OK", Self.plain)),
            ("GET", "/v2/health/live?x=1", "ignored", Answer("200 OK", Self.plain)),
            ("GET", "/v2/health/ready", "", Answer("200 OK", Self.plain)),
            ("POST", "/v2/health/live", "", Answer("405 Not Allowed", Self.plain, Self.notAllowed)),
            ("HEAD", "/v2/health/ready", "", Answer("405 Not Allowed", Self.plain)),
            ("POST", "/v2", "", Answer("405 Not Allowed", Self.json, Self.notAllowed)),
            ("PUT", "/v2/models/echo/infer", "{}", Answer("405 Not Allowed", Self.plain, Self.notAllowed)),
            ("GET", "/v2/models/echo/generate", "", Answer("405 Not Allowed", Self.json, Self.notAllowed)),
            ("GET", "/", "", Self.notFound),
            ("POST", "/v2/models/echo/infer/", "{}", Self.notFound),
            ("GET", "/v2/models/echo/versions/-1/ready", "", Self.notFound),
            ("GET", "/v2/models/echo/ready", "", Answer("200 OK", Self.plain)),
            (
                "GET", "/v2/models/other/ready", "",
                Answer("400 Bad Request", Self.plain, #"{"error":"Model version not ready"}"#)
            ),
            (
                "GET", "/v2/models/echo/versions/99999999999999999999/ready", "",
                Answer(
                    "400 Bad Request", Self.plain,
                    #"{"error":"failed to get model version from specified version string '99999999999999999999' "#
                        + #"(details: stol), version should be an integral value > 0"}"#)
            ),
            (
                "GET", "/v2", "",
                Answer("200 OK", Self.json, #"{"name":"nereid","version":"1.2","extensions":["statistics","logging"]}"#)
            ),
            (
                "GET", "/v2/models/echo", "",
                Answer(
                    "200 OK", Self.json,
                    #"{"name":"echo","versions":["1","3"],"platform":"fake","inputs":[{"name":"IN","datatype":"FP32","#
                        + #""shape":[-1,16]}],"outputs":[{"name":"OUT\"","datatype":"BYTES","shape":[2]}]}"#)
            ),
            (
                "GET", "/v2/models/a%20b", "",
                Answer(
                    "404 Not Found", Self.json, #"{"error":"Request for unknown model: 'a%20b' is not found"}"#)
            ),
            ("GET", "/v2/models/echo/versions/7/stats", "", Answer("200 OK", Self.json, statistics)),
            (
                "GET", "/v2/models/other/stats", "",
                Answer("400 Bad Request", Self.json, #"{"error":"requested model 'other' is not available"}"#)
            ),
            ("GET", "/v2/systemsharedmemory/status", "", Answer("200 OK", Self.json, "[]")),
            (
                "GET", "/v2/cudasharedmemory/region/r/status", "",
                Answer(
                    "404 Not Found", Self.json, #"{"error":"Unable to find cuda shared memory region: 'r'"}"#)
            ),
            (
                "POST", "/v2/systemsharedmemory/region/r/register", "{}",
                Answer(
                    "501 Not Implemented", Self.json,
                    #"{"error":"Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable."}"#
                )
            ),
        ]
        try await withServer { port, _ in
            for (method, path, body, expected) in table {
                let answer = Answer(parsing: try await SocketClient.exchange(port, method, path, "", body))
                #expect(answer == expected, "\(method) \(path)")
            }
        }
    }

    @Test func readinessFollowsTheService() async throws {
        let service = FakeService()
        service.isReady = false
        try await withServer(service) { port, _ in
            let answer = Answer(parsing: try await SocketClient.exchange(port, "GET", "/v2/health/ready"))
            #expect(answer == Answer("400 Bad Request", Self.plain))
            let live = Answer(parsing: try await SocketClient.exchange(port, "GET", "/v2/health/live"))
            #expect(live == Answer("200 OK", Self.plain))
        }
    }

    @Test func configuration() async throws {
        try await withServer { port, _ in
            let answer = Answer(parsing: try await SocketClient.exchange(port, "GET", "/v2/models/echo/config"))
            #expect(answer.status == "200 OK")
            #expect(answer.body.hasPrefix(#"{"name":"echo","platform":"","backend":"","#))
        }
    }

    @Test func repository() async throws {
        let index =
            #"[{"name":"a","version":"1","state":"READY"},{"name":"b","version":"2","state":"UNAVAILABLE","#
            + #""reason":"unloaded"},{"name":"c"}]"#
        func failed(_ status: String, _ message: String) -> Answer {
            Answer(status, Self.json, #"{"error":"\#(message)"}"#)
        }
        let badJSON = "failed to parse the request JSON buffer: Missing a name for object member. at 1"
        let done = Answer("200 OK", Self.json)
        let models = "/v2/repository/models"
        let table: [(String, String, Answer, String?)] = [
            ("/v2/repository/index", "", Answer("200 OK", Self.json, index), "index false"),
            ("/v2/repository/foo/index", #"{"ready":true}"#, Answer("200 OK", Self.json, index), "index true"),
            ("/v2/repository/index", "[]", Answer("200 OK", Self.json, index), "index false"),
            ("/v2/repository/index", "{", failed("500 Internal Server Error", badJSON), nil),
            (
                "/v2/repository/index", #"{"ready":"yes"}"#,
                failed("500 Internal Server Error", "attempt to access JSON non-boolean as boolean"), nil
            ),
            ("\(models)/m/load", "", done, "load m - []"),
            ("\(models)/m/load", "{}", done, "load m - []"),
            ("\(models)/m/load", "[]", done, "load m - []"),
            ("\(models)/m/load", "{", failed("500 Internal Server Error", badJSON), nil),
            (
                "\(models)/m/load",
                #"{"parameters":{"config":"{\"a\":1}","file:1/model.pt":"Zm9v","file:x":"YmFy"}}"#, done,
                #"load m {"a":1} ["1/model.pt=foo", "x=bar"]"#
            ),
            (
                "\(models)/m/load", #"{"parameters":{"foo":"x"}}"#,
                failed("500 Internal Server Error", "unexpected error on creating Triton parameter"), nil
            ),
            (
                "\(models)/m/load", #"{"parameters":{"config":{"a":1}}}"#,
                failed("500 Internal Server Error", "attempt to access JSON non-string as string"), nil
            ),
            (
                "\(models)/m/load", #"{"parameters":[]}"#,
                failed("500 Internal Server Error", "attempt to get members for non-object"), nil
            ),
            (
                "\(models)/m/load", #"{"parameters":{"file:a":"!"}}"#,
                failed("400 Bad Request", "the value of load parameter 'file:a' is not base64 text"), nil
            ),
            (
                "\(models)/nosuch/load", "",
                failed(
                    "500 Internal Server Error", "failed to load 'nosuch', failed to poll from model repository"),
                "load nosuch - []"
            ),
            (
                "/v2/repository/r/models/m/load", "",
                failed("501 Not Implemented", "'repository_name' specification is not supported"), nil
            ),
            ("\(models)/m/unload", "", done, "unload m false"),
            ("\(models)/m/unload", #"{"parameters":{"unload_dependents":true}}"#, done, "unload m true"),
        ]
        for (path, body, expected, call) in table {
            let service = FakeService()
            try await withServer(service) { port, _ in
                let answer = Answer(parsing: try await SocketClient.exchange(port, "POST", path, "", body))
                #expect(answer == expected, "\(path) \(body)")
                #expect(service.calls == (call.map { [$0] } ?? []), "\(path) \(body)")
            }
        }
    }
}
