#if os(Linux)
    import Foundation
    import InferenceTypes
    import Synchronization
    import Testing

    @testable import ModelRepository

    /// Changes that the system tells of.
    struct RepositoryWatcherTests {
        /// A tree that is watched without a thread: the system puts an event in the queue before the call that caused it
        /// returns.
        private final class Watched {
            let repository: TemporaryRepository
            let descriptors: WatchDescriptors
            let tree: WatchedTree

            init(_ repository: TemporaryRepository, directories: Int = 100, depth: Int = 8) throws {
                self.repository = repository
                descriptors = try WatchDescriptors()
                tree = WatchedTree(
                    queue: descriptors.queue, limits: WatchLimits(directories: directories, depth: depth))
                tree.watch([repository.path])
            }

            /// Whether a change is told of.
            func tells(of edit: () throws -> Void) rethrows -> Bool {
                try edit()
                return descriptors.events(tree.follow).contains(true)
            }
        }

        private func makeRepository() throws -> TemporaryRepository {
            let repository = try TemporaryRepository()
            try repository.write("m/config.pbtxt", "a")
            try repository.write("m/1/deep/model.pt", "a")
            return repository
        }

        @Test func everyKindOfChangeIsTold() throws {
            let repository = try makeRepository()
            let watched = try Watched(repository)
            let files = FileManager.default
            let path = repository.path
            #expect(watched.tree.count == 4)
            #expect(try watched.tells { try repository.write("m/1/deep/model.pt", "b") })
            #expect(try watched.tells { try repository.touch("m/1/deep/model.pt", secondsAgo: 100_000) })
            #expect(watched.tells { chmod("\(path)/m/config.pbtxt", 0o600) })
            #expect(watched.tells { truncate("\(path)/m/1/deep/model.pt", 0) })
            #expect(try watched.tells { try files.moveItem(atPath: "\(path)/m/config.pbtxt", toPath: "\(path)/m/c") })
            #expect(try watched.tells { try repository.remove("m/c") })
            #expect(try watched.tells { try repository.remove("m/1/deep") })
            #expect(try watched.tells { try repository.write("n/1/model.pt") })
            #expect(!watched.tells {})
        }

        @Test func newDirectoriesAreWatchedAndThoseThatWereMovedInOrAreLinked() throws {
            let repository = try makeRepository()
            let elsewhere = try TemporaryRepository()
            try elsewhere.write("late/1/deep/model.pt")
            try elsewhere.write("linked/1/model.pt")
            let watched = try Watched(repository)
            try FileManager.default.moveItem(
                atPath: elsewhere.path + "/late", toPath: repository.path + "/late")
            try FileManager.default.createSymbolicLink(
                atPath: repository.path + "/link", withDestinationPath: elsewhere.path + "/linked")
            #expect(watched.tells {})
            #expect(try watched.tells { try repository.write("late/1/deep/model.pt", "b") })
            #expect(try watched.tells { try elsewhere.write("linked/1/model.pt", "b") })
            #expect(watched.tree.count == 9)
        }

        @Test func directoriesThatWentAreNotWatchedAnyMore() throws {
            let repository = try makeRepository()
            let elsewhere = try TemporaryRepository()
            let watched = try Watched(repository)
            #expect(
                try watched.tells {
                    try FileManager.default.moveItem(
                        atPath: repository.path + "/m", toPath: elsewhere.path + "/m")
                })
            #expect(watched.tree.count == 1)
            #expect(!(try watched.tells { try elsewhere.write("m/1/deep/model.pt", "b") }))
            try repository.write("n/1/model.pt")
            _ = watched.tells {}
            try repository.remove("n")
            #expect(watched.tells {})
            #expect(watched.tree.count == 1)
        }

        @Test func whatIsNoModelDoesNotMatter() throws {
            let repository = try makeRepository()
            try repository.write(".git/objects/1")
            let watched = try Watched(repository)
            #expect(!(try watched.tells { try repository.write("notes.txt") }))
            #expect(!(try watched.tells { try repository.write(".git/objects/2") }))
            #expect(!(try watched.tells { try repository.write("__pycache__/x") }))
            #expect(watched.tree.count == 4)
        }

        @Test func linksThatLeadUpwardsDoNotLeadInCircles() throws {
            let repository = try makeRepository()
            try FileManager.default.createSymbolicLink(
                atPath: repository.path + "/m/1/loop", withDestinationPath: repository.path + "/m")
            let watched = try Watched(repository)
            #expect(watched.tree.count == 4 && watched.tree.gap == nil)
        }

        @Test func beyondTheLimitOfWatchesChangesAreLeftToPolling() throws {
            let repository = try makeRepository()
            let watched = try Watched(repository, directories: 3)
            #expect(watched.tree.count == 3)
            #expect(
                watched.tree.gap == "3 directories are watched, which is the limit (--repository-max-watches)")
            #expect(try watched.tells { try repository.write("m/config.pbtxt", "b") }, "the others are watched")
            try repository.remove("m/1/deep")
            _ = watched.tells {}
            watched.tree.watch([repository.path])
            #expect(watched.tree.gap == nil)
        }

        @Test func aLinkThatLeadsElsewhereNowIsFollowedWhenEverythingIsLookedAtAgain() throws {
            let (first, second) = (try makeRepository(), try makeRepository())
            let place = try TemporaryRepository()
            let link = place.path + "/models"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: first.path)
            let watched = try Watched(place)
            watched.tree.watch([link])
            #expect(try watched.tells { try first.write("m/config.pbtxt", "b") })
            try place.remove("models")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: second.path)
            watched.tree.watch([link])
            #expect(try watched.tells { try second.write("m/config.pbtxt", "b") })
            #expect(!(try watched.tells { try first.write("m/config.pbtxt", "c") }))
            #expect(watched.tree.count == 4)
        }

        @Test func eventsThatTheSystemDroppedAreAChange() throws {
            let watched = try Watched(try makeRepository())
            #expect(watched.tree.follow(WatchEvent(watch: -1, mask: UInt32(IN_Q_OVERFLOW), name: "")))
            #expect(watched.tree.hasMissedEvents)
            watched.tree.watch([watched.repository.path])
            #expect(!watched.tree.hasMissedEvents)
        }

        @Test func eventsAreReadOnlyAsFarAsTheyAreThere() {
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes[0] = 7
            bytes[12] = 16
            bytes[16] = 0x61
            let whole = bytes.withUnsafeBytes { WatchEvent.read(from: $0) }
            #expect(whole?.0.watch == 7 && whole?.0.name == "a" && whole?.1 == 32)
            #expect(bytes.withUnsafeBytes { WatchEvent.read(from: UnsafeRawBufferPointer(rebasing: $0[..<31])) } == nil)
            #expect(bytes.withUnsafeBytes { WatchEvent.read(from: UnsafeRawBufferPointer(rebasing: $0[..<15])) } == nil)
        }

        @Test func aWatcherTellsOfChangesUntilItIsStopped() async throws {
            let repository = try makeRepository()
            let watcher = try #require(
                try RepositoryWatcher.make(repositories: [repository.path], directories: 3, depth: 8))
            let (events, continuation) = AsyncStream.makeStream(of: RepositoryWatcher.Event.self)
            Thread.detachNewThread {
                watcher.run { continuation.yield($0) }
                continuation.finish()
            }
            var iterator = events.makeAsyncIterator()
            #expect(await iterator.next() == .changed, "everything is watched now")
            guard case .incomplete? = await iterator.next() else {
                Issue.record("the limit of watches was not told")
                return
            }
            try repository.write("m/config.pbtxt", "b")
            #expect(await iterator.next() == .changed)
            watcher.refresh()
            watcher.stop()
            while let event = await iterator.next() { #expect(event == .changed, "the limit is told once") }
        }
    }
#endif
