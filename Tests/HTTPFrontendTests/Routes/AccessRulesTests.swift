import InferenceTypes
import ServingProtocol
import Synchronization
import Testing

@testable import HTTPFrontend

@Suite struct AccessRulesTests {
    @Test(
        arguments: [
            ("GET", "/v2/health/live", APICategory.health), ("GET", "/v2/models/echo/ready", .health),
            ("GET", "/v2", .metadata), ("GET", "/v2/models/echo", .metadata),
            ("GET", "/v2/models/echo/config", .modelConfiguration), ("GET", "/v2/models/stats", .statistics),
            ("POST", "/v2/models/echo/infer", .inference), ("POST", "/v2/models/echo/generate", .inference),
            ("POST", "/v2/models/echo/generate_stream", .inference), ("GET", "/v2/trace/setting", .trace),
            ("GET", "/v2/logging", .logging), ("POST", "/v2/repository/index", .modelRepository),
            ("POST", "/v2/repository/models/echo/unload", .modelRepository),
            ("GET", "/v2/cudasharedmemory/status", .sharedMemory),
        ])
    func everyEndpointHasItsCategory(method: String, path: String, category: APICategory) async throws {
        var access = AccessRules()
        access.restrictedAPIs.restrict(category, key: "X-Key", value: "secret")
        try await withServer(access: access) { port, _ in
            let refused = try await SocketClient.exchange(port, method, path)
            #expect(refused.hasPrefix("HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n"))
            #expect(refused.hasSuffix(#"{"error":"This API is restricted, expecting header 'X-Key'"}"#))
            let wrong = try await SocketClient.exchange(port, method, path, "X-Key: secrets\r\n")
            #expect(wrong.hasPrefix("HTTP/1.1 403 "))
            let right = try await SocketClient.exchange(port, method, path, "x-key: secret\r\n")
            #expect(!right.hasPrefix("HTTP/1.1 403 "))
        }
    }

    @Test func otherCategoriesStayOpen() async throws {
        var access = AccessRules()
        access.restrictedAPIs.restrict(.inference, key: "k", value: "v")
        try await withServer(access: access) { port, _ in
            let live = try await SocketClient.exchange(port, "GET", "/v2/health/live")
            #expect(live.hasPrefix("HTTP/1.1 200 "))
            // The key is asked for before the method, and after the path.
            let wrongMethod = try await SocketClient.exchange(port, "GET", "/v2/models/echo/infer")
            #expect(wrongMethod.hasPrefix("HTTP/1.1 403 "))
            let wrongPath = try await SocketClient.exchange(port, "GET", "/v2/nothing")
            #expect(wrongPath.hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test(arguments: ["infer", "generate", "generate_stream"])
    func matchingHeadersReachTheModel(action: String) async throws {
        let seen = Mutex<Parameters?>(nil)
        let model = FakeServable("m", inputs: []) { request, responder in
            seen.withLock { $0 = request.parameters }
            responder.send(
                .final(InferenceResponse(modelName: "m", modelVersion: 1, id: "", outputs: [])))
        }
        var access = AccessRules()
        access.forwardedHeaders = try HeaderPattern("^x-|timeout")
        try await withServer(FakeService([model]), access: access) { port, _ in
            let body = action == "infer" ? #"{"inputs":[]}"# : "{}"
            let path = "/v2/models/m/\(action)"
            let fields = "X-One: 1\r\nOther: 2\r\nx-two:  a b \r\n"
            let answer = try await SocketClient.exchange(port, "POST", path, fields, body)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(seen.withLock { $0 } == ["X-One": .string("1"), "x-two": .string("a b")])
            let reserved = try await SocketClient.exchange(port, "POST", path, "timeout: 1\r\n", body)
            #expect(reserved.hasPrefix("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"))
        }
    }
}
