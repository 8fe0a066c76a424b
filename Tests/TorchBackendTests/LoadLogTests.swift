import BackendAPI
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing
import TorchBackend

/// What a load says about how the model will run.
@Suite(.needsTorch) struct LoadLogTests {
    private func lines(_ file: String, instances: Int, _ parameters: [String: String]) throws -> [String] {
        let log = RecordingLog()
        var context = TorchFixture.context(file) {
            $0.add(input: "x", .fp32, [2])
            $0.add(output: "y", .fp32, [2])
            $0.parameters = parameters
        }
        context.coreBudget = 6
        context.logger = log.logger
        let model = try TorchFixture.backend.loadModel(context)
        for ordinal in 0..<instances { _ = try TorchFixture.instance(model, ordinal: ordinal, of: instances) }
        return log.messages
    }

    @Test func threadsOfEachInstance() throws {
        let shared = try lines("identity", instances: 2, [:])
        #expect(
            shared.filter { $0.contains("intra-op") } == [
                "identity: 3 intra-op threads for each instance (6 cores shared by 2 instances)"
            ])
        let set = try lines("identity", instances: 2, ["INTRA_OP_THREAD_COUNT": "5"])
        #expect(
            set.filter { $0.contains("intra-op") } == [
                "identity: 5 intra-op threads for each instance (as INTRA_OP_THREAD_COUNT says)"
            ])
    }

    /// The number can be set once in a process, and other tests set it too.
    @Test func interOpThreadsAreReportedEitherWay() throws {
        let lines = try lines("identity", instances: 1, ["INTER_OP_THREAD_COUNT": "2"]).filter {
            $0.contains("inter-op") || $0.contains("INTER_OP")
        }
        try #require(lines.count == 1)
        #expect(
            lines[0] == "identity: 2 inter-op threads for the whole process"
                || lines[0].hasPrefix("identity: INTER_OP_THREAD_COUNT=2 is not applied: "))
    }

    @Test func executionModeAndState() throws {
        let pure = try lines("identity", instances: 1, [:])
        #expect(pure.contains { $0.contains("optimized execution on, inference mode on, no mutable state") })
        let stateful = try lines("returns_state", instances: 1, [:])
        #expect(
            stateful.contains {
                $0.contains(
                    "optimized execution off (it writes to its state), inference mode on, each instance has its own state"
                )
            })
    }

    @Test func aModuleThatCannotBeClonedSaysSo() throws {
        let lines = try lines("shared_memory", instances: 2, [:])
        #expect(lines.count { $0.contains("loading the file again") && $0.contains("share memory") } == 2)
    }
}
