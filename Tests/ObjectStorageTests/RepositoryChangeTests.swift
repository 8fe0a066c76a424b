import Foundation
import InferenceTypes
import ModelRepository
import Testing

@testable import ObjectStorage

/// How a tree follows its store.
struct RepositoryChangeTests {
    private func look(_ repositories: ObjectRepositories) async -> [String: ServingError] {
        await repositories.fetch(nil, used: [])
        return repositories.place().failures
    }

    private func inode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int)
    }

    @Test func onlyWhatChangedIsTouched() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/config.pbtxt", "c")
            fixture.store.put("m/1/model.pt", "one")
            fixture.store.put("m/2/model.pt", "two")
            fixture.store.put("other/1/model.pt", "other")
            let repositories = try fixture.repositories()
            _ = await look(repositories)
            let root = repositories.localPath(of: fixture.store.location)
            let before = (try inode(root + "/m/1"), try inode(root + "/m/2"), try inode(root + "/other"))
            _ = fixture.store.takeRequests()
            fixture.store.put("m/2/model.pt", "second")
            fixture.store.remove("m/config.pbtxt")
            fixture.store.put("m/3/model.pt", "three")
            fixture.store.remove("other/1/model.pt")
            _ = await look(repositories)
            #expect(fixture.store.takeRequests().count == 2)
            #expect(
                fixture.files(repositories) == [
                    "m/1/model.pt": "one", "m/2/model.pt": "second", "m/3/model.pt": "three",
                ])
            #expect(try inode(root + "/m/1") == before.0)
            #expect(try inode(root + "/m/2") != before.1)
            #expect(fixture.names(repositories) == ["m"])
            _ = await look(repositories)
            #expect(fixture.store.takeRequests().isEmpty)
            await repositories.close()
        }
    }

    @Test func aModelIsNeverHalfNew() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/1/a", "a1")
            fixture.store.put("m/1/b", "b1")
            let repositories = try fixture.repositories { $0.parallelRequests = 1 }
            _ = await look(repositories)
            fixture.store.put("m/1/a", "a2")
            fixture.store.put("m/1/b", "b2")
            fixture.store.failObjects(.cut(after: 2), .answer(status: 403, body: ""))
            #expect(await look(repositories).isEmpty)
            #expect(fixture.files(repositories) == ["m/1/a": "a1", "m/1/b": "b1"])
            #expect(fixture.log.warnings().contains { $0.contains("model 'm' stays as it was") })
            // Looked at without another fetch, it stays too.
            #expect(repositories.place().failures.isEmpty)
            #expect(fixture.files(repositories).count == 2)
            _ = await look(repositories)
            #expect(fixture.files(repositories) == ["m/1/a": "a2", "m/1/b": "b2"])
            await repositories.close()
        }
    }

    @Test func namesAreShownAndModelsFetchedWhenAskedFor() async throws {
        try await StoreFixture.run { fixture in
            for name in ["a", "b", "c"] { fixture.store.put("\(name)/1/model.pt", "content of \(name)") }
            let repositories = try fixture.repositories(showsNames: true)
            await repositories.fetch([], used: [])
            _ = repositories.place()
            #expect(fixture.names(repositories) == ["a", "b", "c"])
            #expect(fixture.files(repositories).isEmpty)
            await repositories.fetch(["b"], used: ["b"])
            _ = repositories.place()
            #expect(fixture.files(repositories) == ["b/1/model.pt": "content of b"])
            #expect(fixture.store.takeRequests().count == 1)
            // A model that is not loaded any more gives up its files.
            await repositories.fetch(["c"], used: ["c"])
            _ = repositories.place()
            #expect(fixture.files(repositories) == ["c/1/model.pt": "content of c"])
            #expect(fixture.names(repositories) == ["a", "b", "c"])
            await repositories.close()
        }
    }

    @Test func whatIsAskedForAndCannotBeFetchedFails() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("a/1/model.pt", "one")
            let repositories = try fixture.repositories(showsNames: true)
            await repositories.fetch(["a"], used: ["a"])
            #expect(repositories.place().failures.isEmpty)
            fixture.store.put("a/1/model.pt", "two")
            fixture.store.failObjects(.answer(status: 403, body: ""))
            await repositories.fetch(["a"], used: ["a"])
            #expect(repositories.place().failures["a"]?.message.contains("no credentials") == true)
            #expect(fixture.files(repositories) == ["a/1/model.pt": "one"])
            await repositories.close()
        }
    }

    @Test func aStoreThatIsAwayIsStoodInForByTheCache() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("a/1/model.pt", "one")
            fixture.store.put("b/1/model.pt", "two")
            let first = try fixture.repositories()
            _ = await look(first)
            await first.close()
            try await fixture.store.stop()
            let second = try fixture.repositories()
            #expect(await look(second).isEmpty)
            #expect(await look(second).isEmpty)
            #expect(fixture.files(second) == ["a/1/model.pt": "one", "b/1/model.pt": "two"])
            #expect(fixture.log.warnings().count == 1, "\(fixture.log.warnings())")
            #expect(fixture.log.warnings().first?.contains("served from the cache") == true)
            await second.close()
        }
    }

    @Test func aStoreThatWasNeverThereIsAnError() async throws {
        try await StoreFixture.run { fixture in
            try await fixture.store.stop()
            let repositories = try fixture.repositories()
            await repositories.fetch(nil, used: [])
            let error = repositories.place().repositoryError
            #expect(error?.message.contains("the store cannot be reached: Connection refused") == true)
            await repositories.close()
        }
    }

    @Test func damagedRecordsAndMissingContentsAreNotServed() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("a/1/model.pt", "one")
            let first = try fixture.repositories()
            _ = await look(first)
            await first.close()
            try FileManager.default.removeItem(atPath: fixture.cache + "/contents")
            try await fixture.store.stop()
            let second = try fixture.repositories()
            await second.fetch(nil, used: [])
            #expect(second.place().repositoryError != nil)
            #expect(fixture.files(second).isEmpty)
            await second.close()
        }
    }

    @Test func whatIsNotInUseMakesRoom() async throws {
        try await StoreFixture.run { fixture in
            let content = String(repeating: "x", count: 999)
            for name in ["a", "b", "c"] { fixture.store.put("\(name)/1/model.pt", content + name) }
            let repositories = try fixture.repositories(showsNames: true) { $0.cacheBytes = 2000 }
            for name in ["a", "b"] {
                await repositories.fetch([name], used: ["a", "b"])
                _ = repositories.place()
            }
            #expect(fixture.contentCount == 2)
            await repositories.fetch(["c"], used: ["b", "c"])
            _ = repositories.place()
            #expect(fixture.contentCount == 2)
            #expect(fixture.files(repositories).keys.sorted() == ["b/1/model.pt", "c/1/model.pt"])
            // All in use: nothing leaves, and that is told once.
            await repositories.fetch(["a"], used: ["a", "b", "c"])
            _ = repositories.place()
            #expect(fixture.contentCount == 3)
            #expect(fixture.log.warnings().filter { $0.contains("all of it in use") }.count == 1)
            await repositories.close()
        }
    }

    @Test func theLeastRecentlyUsedLeaveFirst() {
        func content(_ name: String, _ lastUse: Int64, inUse: Bool = false) -> EvictionPlan.Content {
            .init(digest: name, size: 10, lastUse: lastUse, isInUse: inUse)
        }
        let contents = [content("c", 3), content("a", 1, inUse: true), content("b", 2), content("d", 4)]
        #expect(EvictionPlan(contents, limit: 40).leaving.isEmpty)
        #expect(EvictionPlan(contents, limit: 39).leaving == ["b"])
        #expect(EvictionPlan(contents, limit: 20).leaving == ["b", "c"])
        let all = EvictionPlan(contents, limit: 0)
        #expect(all.leaving == ["b", "c", "d"])
        #expect(all.remaining == 10)
    }

    @Test func treesOfEndedServersAreRemoved() async throws {
        try await StoreFixture.run { fixture in
            let sessions = fixture.cache + "/sessions"
            try FileManager.default.createDirectory(
                atPath: sessions + "/dead/repositories", withIntermediateDirectories: true)
            let alive = try fixture.repositories()
            let names = try FileManager.default.contentsOfDirectory(atPath: sessions)
            #expect(names.count == 1 && names != ["dead"])
            let other = try fixture.repositories()
            #expect(try FileManager.default.contentsOfDirectory(atPath: sessions).count == 2)
            await alive.close()
            await other.close()
        }
    }

    @Test func progressIsReadable() {
        var reading = TransferMeter.Reading()
        (reading.objects, reading.wantedObjects, reading.bytes, reading.wantedBytes) = (
            1, 4, 1_250_000_000, 2_500_000_000
        )
        let text = TransferText.progress(reading, bytesPerSecond: 83_400_000)
        #expect(text.hasPrefix("fetching models: ████████████░░░░░░░░░░░░ 50%"))
        #expect(text.hasSuffix("1.3 GB of 2.5 GB · 1 of 4 objects · 83.4 MB/s"))
        #expect(TransferText.bytes(999) == "999 B")
        #expect(TransferText.bytes(999_949) == "1.0 MB")
        #expect(TransferText.bytes(-1) == "0 B")
    }
}
