import BackendAPI
import Foundation
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Testing
import TorchBackend

/// Trial runs of a forward that takes longer than they may.
@Suite(.needsTorch) struct TrialLimitTests {
    @Test func aRunawayTrialIsReportedAndNotRepeated() throws {
        let backend = TorchBackend(libraryPaths: [TorchFixture.libraryPath], trialLimit: .milliseconds(100))
        let ended = DispatchSemaphore(value: 0)
        let log = RecordingLog { if $0.contains("has ended") { ended.signal() } }
        var context = TorchFixture.context("slow")
        context.logger = log.logger

        let error = #expect(throws: ServingError.self) { try backend.completeConfiguration(context) }
        #expect(error?.message.contains("a trial run of forward did not end within") == true)
        #expect(error?.message.contains("config.pbtxt") == true)
        #expect(log.lines.contains { $0.contains("cannot be stopped") })

        let again = #expect(throws: ServingError.self) { try backend.completeConfiguration(context) }
        #expect(again?.code == .unavailable)
        #expect(again?.message.contains("an earlier trial run of its forward has still not ended") == true)
        // Other models are not held up.
        let other = try TorchBackend(libraryPaths: [TorchFixture.libraryPath]).completeConfiguration(
            TorchFixture.context("upper"))
        #expect(other.outputs.count == 1)

        #expect(ended.wait(timeout: .now() + 120) == .success)
        let afterwards = #expect(throws: ServingError.self) { try backend.completeConfiguration(context) }
        #expect(afterwards?.message.contains("a trial run of forward did not end within") == true)
        #expect(ended.wait(timeout: .now() + 120) == .success)
    }
}
