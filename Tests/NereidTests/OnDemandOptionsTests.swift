import ArgumentParser
import InferenceEngine
import Testing

@testable import nereid

struct OnDemandOptionsTests {
    private func repository(_ arguments: String...) throws -> RepositorySettings {
        let line = try ServeArguments(["--model-repository=/m"] + arguments)
        return try ServeCommand.parse(line.acted).serverConfiguration(warnings: line.warnings).repository
    }

    @Test func theBudgetTurnsItOn() throws {
        #expect(try !repository().loadsOnDemand)
        let found = try repository(
            "--model-memory-budget=8GiB", "--pin-model=a", "--pin-model=b", "--model-wait-timeout-secs=7")
        #expect(found.loadsOnDemand && found.onDemand.memoryBudget == 8 << 30)
        #expect(found.onDemand.pinnedModels == ["a", "b"] && found.onDemand.maximumWait == .seconds(7))
    }

    @Test func aPinNeedsABudget() {
        let error = #expect(throws: CommandLineError.self) { try repository("--pin-model=a") }
        #expect(error?.description.contains("--model-memory-budget") == true)
    }

    @Test func namespacesAreRefusedBesideABudget() {
        let error = #expect(throws: CommandLineError.self) {
            try repository("--model-memory-budget=8GiB", "--model-namespacing=true")
        }
        #expect(error?.description.contains("--model-namespacing cannot be given together") == true)
    }

    @Test(arguments: [
        ("1000", 1000), ("512MiB", 512 << 20), ("3gib", 3 << 30), ("2TiB", 2 << 40), ("1KiB", 1024),
    ])
    func sizes(text: String, bytes: Int) throws {
        #expect(try FlagValue.byteCount(text) == bytes)
    }

    @Test(arguments: ["", "0", "-1", "8GB", "GiB", "1.5GiB", "8 GiB", "9223372036854775807KiB", "x"])
    func whatIsNoSizeIsRefused(text: String) {
        #expect(throws: ValidationError.self) { try FlagValue.byteCount(text) }
    }
}
