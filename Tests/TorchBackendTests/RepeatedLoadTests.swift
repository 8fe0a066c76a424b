import BackendAPI
import Foundation
import InferenceTypes
import ModelConfiguration
import Synchronization
import Testing

#if canImport(Glibc)
    /// Loading and unloading for a long time.
    @Suite(.needsTorch) struct RepeatedLoadTests {
        /// The resident set of this process in bytes, without freed memory that the allocator keeps.
        private static func residentBytes() throws -> Int {
            trimAllocator()
            let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
            return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        }

        /// glibc's module for Swift does not declare it.
        private static func trimAllocator() {
            guard let symbol = dlsym(nil, "malloc_trim") else { return }
            typealias Trim = @convention(c) (Int) -> Int32
            _ = unsafeBitCast(symbol, to: Trim.self)(0)
        }

        /// One life of a model of 20 MB, its instance on a thread of its own as in the server.
        private static func liveOnce() throws {
            let outcome = ThreadOutcome()
            let thread = Thread {
                outcome.finish(
                    Result {
                        let instance = try TorchFixture.instance("large") {
                            $0.add(input: "x")
                            $0.add(output: "y")
                        }
                        return try instance.run([.floats("x", [2], [1, 2])])[0].floats
                    })
            }
            thread.start()
            #expect(try outcome.wait() == [1, 2])
        }

        private final class ThreadOutcome: Sendable {
            private let result = Mutex<Result<[Float], any Error>?>(nil)
            private let done = DispatchSemaphore(value: 0)

            func finish(_ new: Result<[Float], any Error>) {
                result.withLock { $0 = new }
                done.signal()
            }

            func wait() throws -> [Float]? {
                done.wait()
                return try result.withLock { $0 }?.get()
            }
        }

        /// Smallest values are compared: other tests use memory meanwhile, up to some hundred megabytes. A leak of one model
        /// in ten lives would be more.
        @Test func manyLivesLeaveNoMemoryBehind() throws {
            var early = Int.max
            var late = Int.max
            for life in 0..<250 {
                try Self.liveOnce()
                if (10..<40).contains(life) { early = min(early, try Self.residentBytes()) }
                if life >= 220 { late = min(late, try Self.residentBytes()) }
            }
            #expect(late - early < 400 << 20, "\(early >> 20) MB became \(late >> 20) MB")
        }
    }
#endif
