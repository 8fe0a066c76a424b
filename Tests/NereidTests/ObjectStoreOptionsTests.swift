import ArgumentParser
import Logging
import ObjectStorage
import Testing

@testable import nereid

struct ObjectStoreOptionsTests {
    private func configuration(_ arguments: [String]) throws -> ServerConfiguration {
        let line = try ServeArguments(arguments)
        return try ServeCommand.parse(line.acted).serverConfiguration(warnings: line.warnings)
    }

    @Test func directoriesAndStoresMayBeMixed() throws {
        let found = try configuration(["--model-repository=/m", "--model-repository=s3://host:9000/b/models"])
        #expect(found.repository.paths == ["/m", "s3://host:9000/b/models"])
    }

    @Test func wrongSpellingsAreRefusedAtOnce() {
        let error = #expect(throws: CommandLineError.self) { try configuration(["--model-repository=s3://"]) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("it names no bucket"))
    }

    @Test func theCacheIsWhereItIsSaidToBe() {
        func directory(_ given: String?, _ variables: [String: String]) -> String? {
            RemoteRepositories.cacheDirectory(ObjectStoreConfiguration(cacheDirectory: given), variables)
        }
        let all = ["HOME": "/h", "XDG_CACHE_HOME": "/x", "TRITON_AWS_MOUNT_DIRECTORY": "/t"]
        #expect(directory("/flag", all) == "/flag")
        #expect(directory(nil, all) == "/t")
        #expect(directory(nil, ["TRITON_GCS_MOUNT_DIRECTORY": "/g", "HOME": "/h"]) == "/g")
        #expect(directory(nil, ["HOME": "/h", "XDG_CACHE_HOME": "/x"]) == "/x/nereid/objects")
        #expect(directory(nil, ["HOME": "/h", "XDG_CACHE_HOME": ""]) == "/h/.cache/nereid/objects")
        #expect(directory(nil, [:]) == nil)
    }

    @Test func withoutStoresNothingIsSetUp() throws {
        let configuration = try configuration(["--model-repository=/m"])
        #expect(try RemoteRepositories.make(configuration, logger: .init(label: "test")) == nil)
    }
}
