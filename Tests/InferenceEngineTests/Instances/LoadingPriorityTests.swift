import BackendAPI
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization
import Testing

@testable import InferenceEngine

/// Loads stand behind what serves.
struct LoadingPriorityTests {
    private func backgroundThreads(_ starter: ThreadStarter = ThreadStarter()) -> LoadingThreads {
        let threads = LoadingThreads(name: "loader", limit: 4, starter: starter)
        threads.stayInBackground(limit: 1)
        return threads
    }

    #if os(Linux)
        @Test func loadingThreadsHaveLowPriorityOnceTheServerServes() async {
            let own = ThreadPriority.niceness
            let threads = LoadingThreads(name: "loader", limit: 1, starter: ThreadStarter())
            #expect(await threads.run { ThreadPriority.niceness } == own)
            threads.stayInBackground(limit: 1)
            #expect(await threads.run { ThreadPriority.niceness } == ThreadPriority.backgroundNiceness)
        }

        /// A thread inherits the priority of the one that starts it.
        @Test func instancesKeepTheirPriorityThoughALoadingThreadHasThemMade() async {
            let own = ThreadPriority.niceness
            let seen = Mutex<[Int32]>([])
            let backend = FakeBackend(
                execute: { batch, _ in
                    seen.withLock { $0.append(ThreadPriority.niceness) }
                    return FakeBackend.echo(batch)
                },
                makeInstanceError: { _ in
                    seen.withLock { $0.append(ThreadPriority.niceness) }
                    return nil
                })
            let models = ModelSet([backend])
            let configuration = ModelConfig.forTesting(
                "m", inputs: [("X", .fp32, [1])], outputs: [("Y", .fp32, [1])], instances: 2)
            let outcome = await backgroundThreads().run { Result { try models.load(configuration) } }
            #expect(throws: Never.self) { try outcome.get() }
            _ = await models.servable("m")?.infer(.forTesting("m", [.forTesting("X", .fp32, [1], [Float(1)])]))
            #expect(seen.withLock { $0 } == [own, own, own])
        }

        /// What waits for a loading thread goes on at normal priority, though Swift's pool may start a thread for it.
        @Test func whatLoadsLeadToIsDoneAtNormalPriority() async throws {
            let own = ThreadPriority.niceness
            let starter = ThreadStarter()
            let priority = await backgroundThreads(starter).run {
                let result = ThreadResult<Int32>()
                starter.run { result.set(ThreadPriority.niceness) }
                return result.wait()
            }
            #expect(priority == own)
        }
    #endif

    /// Counts what runs at the same time.
    private final class Meter: Sendable {
        private let state = Mutex((running: 0, most: 0, ended: 0))
        let isDone = ThreadResult<Void>()

        var most: Int { state.withLock { $0.most } }
        var running: Int { state.withLock { $0.running } }

        func begin() {
            state.withLock { state in
                state.running += 1
                state.most = max(state.most, state.running)
            }
        }

        func end(of count: Int) {
            let ended = state.withLock { state in
                state.running -= 1
                state.ended += 1
                return state.ended
            }
            if ended == count { isDone.set(()) }
        }
    }

    @Test func asManyLoadAtOnceAsTheCoreBudgetAllows() {
        let threads = LoadingThreads(name: "loader", limit: 4, starter: ThreadStarter())
        let before = Meter()
        for _ in 0..<4 {
            threads.submit {
                before.begin()
                // All four are there at the same time, or this never ends.
                while before.most < 4 {}
                before.end(of: 4)
            }
        }
        before.isDone.wait()
        threads.stayInBackground(limit: 1)
        let after = Meter()
        for _ in 0..<32 {
            threads.submit {
                after.begin()
                for _ in 0..<1000 { _ = after.running }
                after.end(of: 32)
            }
        }
        after.isDone.wait()
        #expect(after.most == 1)
    }

    @Test func allLoadingThreadsWorkUntilTheServerServes() async throws {
        let repository = try ManagedRepository()
        for model in ["a", "b", "c", "d"] {
            try repository.put(model)
            repository.factory.hold("\(model):1")
        }
        let manager = repository.manager(.explicit) {
            $0.startupModels = ["a", "b", "c"]
            $0.loadCoreBudget = 1
        }
        async let report = manager.start()
        for model in ["a", "b", "c"] { await repository.factory.hasBegun("\(model):1") }
        for model in ["a", "b", "c"] { repository.factory.letGo("\(model):1") }
        #expect(await report.rows.count == 3)

        // From now on one at a time.
        try repository.put("e")
        repository.factory.hold("e:1")
        async let first: Void = manager.load("d")
        await repository.factory.hasBegun("d:1")
        async let second: Void = manager.load("e")
        await repository.log.has("loading: e:1")
        #expect(repository.factory.loadCount("e:1") == 0)
        repository.factory.letGo("d:1")
        await repository.factory.hasBegun("e:1")
        repository.factory.letGo("e:1")
        try await first
        try await second
    }
}
