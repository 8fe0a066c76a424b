import Foundation
import InferenceTypes
import ModelRepository
import NIOHTTP1
import Testing

@testable import ObjectStorage

/// Objects come into the cache complete, verified, and once.
struct FetchingTests {
    @Test func modelsBecomeATreeOfFiles() async throws {
        try await StoreFixture.run { fixture in
            for (path, content) in [
                "readme.txt": "no model", "a/config.pbtxt": "A", "a/1/model.pt": "one", "a/1/sub dir/x&y+z": "deep",
                "a/2/": "", "b/3/model.pt": "three", ".git/x": "hidden",
            ] { fixture.store.put(path, content) }
            let repositories = try fixture.repositories()
            await repositories.fetch(nil, used: [])
            #expect(fixture.files(repositories).isEmpty)
            let placement = repositories.place()
            #expect(placement.failures.isEmpty)
            #expect(placement.repositoryError == nil)
            #expect(
                fixture.files(repositories) == [
                    "a/config.pbtxt": "A", "a/1/model.pt": "one", "a/1/sub dir/x&y+z": "deep", "b/3/model.pt": "three",
                ])
            #expect(FileManager.default.fileExists(atPath: repositories.localPath(of: fixture.store.location) + "/a/2"))
            await repositories.close()
        }
    }

    @Test func aSecondServerAndALaterOneFetchNothing() async throws {
        try await StoreFixture.run { fixture in
            for index in 0..<6 { fixture.store.put("m\(index)/1/model.pt", "content \(index % 3)") }
            let (first, second) = (try fixture.repositories(), try fixture.repositories())
            async let one: Void = first.fetch(nil, used: [])
            async let other: Void = second.fetch(nil, used: [])
            _ = await (one, other)
            _ = (first.place(), second.place())
            #expect(fixture.store.takeRequests().count == 6)
            #expect(fixture.contentCount == 3)
            #expect(fixture.files(first).count == 6)
            #expect(fixture.files(second) == fixture.files(first))
            await first.close()
            let later = try fixture.repositories()
            await later.fetch(nil, used: [])
            _ = later.place()
            #expect(fixture.store.takeRequests().isEmpty)
            #expect(fixture.files(later) == fixture.files(second))
            await second.close()
            await later.close()
        }
    }

    @Test func aCutConnectionIsGoneOnWith() async throws {
        try await StoreFixture.run { fixture in
            let content = String((0..<5000).map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) })
            fixture.store.put("m/1/model.pt", content)
            fixture.store.failObjects(.cut(after: 1000), .cut(after: 500))
            let repositories = try fixture.repositories()
            await repositories.fetch(nil, used: [])
            #expect(repositories.place().failures.isEmpty)
            let requests = fixture.store.takeRequests()
            #expect(requests.map { $0.headers.first(name: "range") } == [nil, "bytes=1000-4999", "bytes=1500-4999"])
            #expect(requests.allSatisfy { $0.headers.contains(name: "if-match") })
            #expect(fixture.files(repositories)["m/1/model.pt"] == content)
            #expect(repositories.meter.reading.bytes == 5000)
            await repositories.close()
        }
    }

    @Test func aLaterServerGoesOnWithWhatAnEarlierOneBegan() async throws {
        try await StoreFixture.run { fixture in
            let content = String(repeating: "0123456789", count: 300)
            fixture.store.put("m/1/model.pt", content)
            fixture.store.failObjects(.cut(after: 1234))
            let first = try fixture.repositories { $0.retryCount = 0 }
            await first.fetch(nil, used: [])
            let failure = first.place().failures["m"]
            #expect(failure?.message.contains("cannot be reached") == true, "\(failure?.message ?? "no failure")")
            #expect(fixture.names(first).isEmpty)
            await first.close()
            _ = fixture.store.takeRequests()
            let second = try fixture.repositories()
            await second.fetch(nil, used: [])
            #expect(second.place().failures.isEmpty)
            #expect(fixture.store.takeRequests().map { $0.headers.first(name: "range") } == ["bytes=1234-2999"])
            #expect(fixture.files(second)["m/1/model.pt"] == content)
            await second.close()
        }
    }

    @Test func largeObjectsComeInParts() async throws {
        try await StoreFixture.run { fixture in
            let content = String((0..<3500).map { Character(UnicodeScalar(UInt8(65 + $0 / 140))) })
            fixture.store.put("m/1/model.pt", content)
            fixture.store.failObjects(.cut(after: 10))
            let repositories = try fixture.repositories { $0.partBytes = 1000 }
            await repositories.fetch(nil, used: [])
            #expect(repositories.place().failures.isEmpty)
            #expect(fixture.files(repositories)["m/1/model.pt"] == content)
            #expect(fixture.store.takeRequests().count == 5)
            let partial = try FileManager.default.contentsOfDirectory(atPath: fixture.cache + "/partial")
            #expect(partial.isEmpty)
            await repositories.close()
        }
    }

    @Test func damageIsNoticedAndMended() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/1/model.pt", "the right content")
            fixture.store.failObjects(.damage)
            let repositories = try fixture.repositories()
            await repositories.fetch(nil, used: [])
            #expect(repositories.place().failures.isEmpty)
            #expect(fixture.files(repositories)["m/1/model.pt"] == "the right content")
            await repositories.close()
        }
    }

    @Test func lastingDamageIsAFailureThatSaysSo() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/1/model.pt", "the right content")
            fixture.store.failObjects(.damage, .damage)
            let repositories = try fixture.repositories()
            await repositories.fetch(nil, used: [])
            let failure = repositories.place().failures["m"]
            #expect(failure?.message.contains("'repo/m/1/model.pt' arrived damaged: its MD5 is") == true)
            #expect(fixture.contentCount == 0)
            #expect(fixture.names(repositories).isEmpty)
            await repositories.close()
        }
    }

    @Test func anObjectThatChangesMeanwhileIsTakenInItsNewState() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/1/model.pt", "old")
            fixture.store.failObjects(.change(to: "new and longer"))
            let repositories = try fixture.repositories()
            await repositories.fetch(nil, used: [])
            #expect(repositories.place().failures.isEmpty)
            #expect(fixture.files(repositories) == ["m/1/model.pt": "new and longer"])
            await repositories.close()
        }
    }

    @Test func anObjectThatNeverRestsIsAFailure() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/1/model.pt", "a")
            fixture.store.failObjects(.change(to: "b"), .change(to: "c"), .change(to: "d"))
            let repositories = try fixture.repositories()
            await repositories.fetch(nil, used: [])
            #expect(repositories.place().failures["m"]?.message.contains("was changed or removed") == true)
            await repositories.close()
        }
    }

    @Test func hostileKeysLeadNowhere() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("good/1/model.pt", "fine")
            fixture.store.put("bad/../../../../escaped", "out")
            fixture.store.put("worse//etc/x", "out")
            fixture.store.put("../up/1/model.pt", "out")
            let repositories = try fixture.repositories()
            await repositories.fetch(nil, used: [])
            let failures = repositories.place().failures
            #expect(failures["bad"]?.message.contains("has the part '..'") == true)
            #expect(failures["worse"]?.message.contains("an empty part") == true)
            #expect(fixture.files(repositories) == ["good/1/model.pt": "fine"])
            #expect(fixture.store.takeRequests().count == 1)
            await repositories.close()
        }
    }

    @Test func objectsAndBytesAreLimited() async throws {
        try await StoreFixture.run { fixture in
            for index in 0..<8 { fixture.store.put("m/1/file\(index)", "12345678") }
            let few = try fixture.repositories { $0.maximumObjects = 7 }
            await few.fetch(nil, used: [])
            #expect(few.place().repositoryError?.message.contains("more than 7 objects") == true)
            let small = try fixture.repositories { $0.maximumBytes = 63 }
            await small.fetch(nil, used: [])
            #expect(small.place().repositoryError?.message.contains("more than 63 bytes") == true)
            let enough = try fixture.repositories {
                $0.maximumBytes = 64
                $0.maximumObjects = 8
            }
            await enough.fetch(nil, used: [])
            #expect(enough.place().repositoryError == nil)
            #expect(fixture.files(enough).count == 8)
            for repositories in [few, small, enough] { await repositories.close() }
        }
    }

    @Test func aStopEndsWhatRuns() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/1/model.pt", "x")
            fixture.store.failObjects(.silence)
            let repositories = try fixture.repositories { $0.timeout = .seconds(600) }
            let fetch = Task { await repositories.fetch(nil, used: []) }
            while fixture.store.takeRequests().isEmpty { await Task.yield() }
            repositories.stop()
            await fetch.value
            #expect(fixture.log.warnings().isEmpty)
            await repositories.close()
        }
    }

    @Test func afterStopNothingIsFetched() async throws {
        try await StoreFixture.run { fixture in
            fixture.store.put("m/1/model.pt", "x")
            let repositories = try fixture.repositories()
            repositories.stop()
            await repositories.fetch(nil, used: [])
            #expect(fixture.store.takeRequests().isEmpty)
            await repositories.close()
        }
    }
}
