import Testing

@testable import HTTPFrontend

struct HTTPRouteTests {
    static let known: [(String, HTTPRoute)] = [
        ("/v2", .serverMetadata),
        ("/v2/health/live", .live),
        ("/v2/health/ready", .ready),
        ("/v2/models/m", .modelMetadata(.init(name: "m"))),
        ("/v2/models/m/versions/3", .modelMetadata(.init(name: "m", version: "3"))),
        ("/v2/models/m/ready", .modelReady(.init(name: "m"))),
        ("/v2/models/m/versions/007/ready", .modelReady(.init(name: "m", version: "007"))),
        ("/v2/models/m/config", .modelConfiguration(.init(name: "m"))),
        ("/v2/models/m/stats", .statistics(.init(name: "m"))),
        ("/v2/models/stats", .statistics(nil)),
        ("/v2/models/stats/infer", .infer(.init(name: "stats"))),
        ("/v2/models/id%5Ffp32/infer", .infer(.init(name: "id%5Ffp32"))),
        ("/v2/models/m/versions/1/infer", .infer(.init(name: "m", version: "1"))),
        ("/v2/models/versions/versions/1", .modelMetadata(.init(name: "versions", version: "1"))),
        ("/v2/models/m/generate", .generate(.init(name: "m"))),
        ("/v2/models/m/versions/1/generate_stream", .generateStream(.init(name: "m", version: "1"))),
        ("/v2/models/m/trace/setting", .traceSetting(model: "m")),
        ("/v2/trace/setting", .traceSetting(model: nil)),
        ("/v2/logging", .logging),
        ("/v2/repository/index", .repositoryIndex),
        ("/v2/repository/foo/index", .repositoryIndex),
        ("/v2/repository/models/index", .repositoryIndex),
        ("/v2/repository/models/m/load", .loadModel("m", repository: nil)),
        ("/v2/repository/foo/models/m/unload", .unloadModel("m", repository: "foo")),
        ("/v2/repository/models/models/load/load", .loadModel("load", repository: "models")),
        ("/v2/systemsharedmemory/status", .sharedMemoryStatus(.system, region: nil)),
        ("/v2/cudasharedmemory/region/r/status", .sharedMemoryStatus(.cuda, region: "r")),
        ("/v2/systemsharedmemory/region/r/register", .sharedMemoryRegister(.system, region: "r")),
        ("/v2/systemsharedmemory/unregister", .sharedMemoryUnregister(.system, region: nil)),
        ("/v2/systemsharedmemory/region/r/unregister", .sharedMemoryUnregister(.system, region: "r")),
    ]

    @Test(arguments: known) func finds(_ path: String, _ route: HTTPRoute) {
        #expect(HTTPRoute(path: Array(path.utf8)[...]) == route)
    }

    @Test(arguments: known.map(\.0)) func isExact(_ path: String) {
        #expect(HTTPRoute(path: Array((path + "/").utf8)[...]) == nil)
        #expect(HTTPRoute(path: Array(("/" + path).utf8)[...]) == nil)
        #expect(HTTPRoute(path: Array((path + "x").utf8)[...]) != HTTPRoute(path: Array(path.utf8)[...]))
        #expect(HTTPRoute(path: Array(path.dropFirst().utf8)[...]) == nil)
    }

    @Test(arguments: [
        "", "/", "*", "/v1", "/v2/", "/v2/health", "/v2/health/started", "/v2/models", "/v2/models/",
        "/v2/models//infer", "/v2/models/m/nope", "/v2/models/m/versions", "/v2/models/m/versions/",
        "/v2/models/m/versions//infer", "/v2/models/m/versions/-1", "/v2/models/m/versions/abc/infer",
        "/v2/models/m/versions/1.0/infer", "/v2/models/m/versions/1/trace/setting", "/v2/models/m/infer/x",
        "/v2/models/m/trace", "/v2/trace", "/v2/repository", "/v2/repository/index/index/index",
        "/v2/repository//index", "/v2/repository/models/m/reload", "/v2/repository/models//load",
        "/v2/repository//models/m/load", "/v2/systemsharedmemory", "/v2/systemsharedmemory/register",
        "/v2/systemsharedmemory/region//status", "/V2/health/live", "/v2/health/Live",
    ]) func refuses(_ path: String) {
        #expect(HTTPRoute(path: Array(path.utf8)[...]) == nil)
    }

    @Test func knowsItsMethods() {
        #expect(HTTPRoute.live.allows(.get) && !HTTPRoute.live.allows(.post) && !HTTPRoute.live.allows(.head))
        #expect(HTTPRoute.infer(.init(name: "m")).allows(.post) && !HTTPRoute.infer(.init(name: "m")).allows(.get))
        #expect(HTTPRoute.logging.allows(.get) && HTTPRoute.logging.allows(.post) && !HTTPRoute.logging.allows(.other))
        #expect(HTTPRoute.repositoryIndex.allows(.post) && !HTTPRoute.repositoryIndex.allows(.get))
    }

    @Test func readsVersions() throws {
        #expect(try HTTPRoute.Model(name: "m").versionNumber() == nil)
        #expect(try HTTPRoute.Model(name: "m", version: "007").versionNumber() == 7)
        #expect {
            try HTTPRoute.Model(name: "m", version: "99999999999999999999").versionNumber()
        } throws: { error in
            "\(error)"
                == "Invalid argument: failed to get model version from specified version string "
                + "'99999999999999999999' (details: stol), version should be an integral value > 0"
        }
    }
}
