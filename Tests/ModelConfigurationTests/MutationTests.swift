import InferenceTesting
import ModelConfiguration
import Testing

/// Damaged configurations: reading one ends with a result or with errors, whatever the damage.
@Suite struct MutationTests {
    private static let fragments = [
        "{", "}", "[", "]", "<", ">", ":", ",", ";", "\"", "'", "\\", "#", "-", "0x", "1e999", "name", "input", "dims",
        "inf", "\u{0}", "é", "\n", "//", "99999999999999999999", "-9223372036854775808", "[a.b]", "\\u", "\\ud800",
        "key:",
    ]

    private static func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let position = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.insert(contentsOf: fragments.randomElement(using: &generator)?.utf8 ?? "".utf8, at: position)
            case 1:
                bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 0...20, using: &generator)))
            case 2 where position < bytes.count: bytes[position] = UInt8.random(in: .min ... .max, using: &generator)
            case 3: bytes.removeSubrange(position...)
            default:
                let end = min(bytes.count, position + 30)
                bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...bytes.count, using: &generator))
            }
        }
        return bytes
    }

    private static let seeds = [
        CompleteConfiguration.sequences, CompleteConfiguration.ensemble,
        "name: \"m\" max_batch_size: 8 input [ { name: 'x' data_type: TYPE_FP32 dims: [ -1, 3 ] reshape { shape: [ ] } } ]",
        "parameters { key: \"a\" value: { string_value: \"b\\n\\x41\" } } instance_group < kind: KIND_CPU count: 2 >",
    ]

    @Test func readsOrReportsAnyText() {
        var generator = SeededGenerator(seed: 20_261_122)
        var accepted = 0
        for round in 0..<2000 {
            let bytes = Self.mutate(Array(Self.seeds[round % Self.seeds.count].utf8), &generator)
            do throws(ConfigurationDiagnostics) {
                let config = try ModelConfig(textFormat: bytes)
                accepted += 1
                check(config)
            } catch {
                #expect(!error.errors.isEmpty)
                #expect(error.errors.allSatisfy { ($0.line ?? 0) > 0 && ($0.column ?? 0) > 0 })
                #expect(!error.rendered.isEmpty)
            }
        }
        // Some damage is harmless: a comment, a space, another name.
        #expect(accepted > 20)
    }

    /// What was accepted survives every later stage.
    private func check(_ config: ModelConfig) {
        let text = config.textFormat
        // NaN differs from itself, so the printed forms are compared.
        #expect((try? ModelConfig(textFormat: text))?.textFormat == text)
        let loader = ModelConfigurationLoader()
        let directory = ModelDirectoryListing(firstSubdirectory: "1", files: ["model.pt"])
        if let completed = try? loader.completed(config, modelName: config.name, directory: directory) {
            _ = try? loader.finished(completed)
            _ = try? EnsembleValidator(ensemble: completed, models: ["a": completed]).validated()
        }
    }

    @Test func readsOrReportsAnyJSON() throws {
        var generator = SeededGenerator(seed: 7)
        let seed = try ModelConfig(textFormat: CompleteConfiguration.sequences).jsonBytes()
        for _ in 0..<500 {
            let text = String(decoding: Self.mutate(seed, &generator), as: UTF8.self)
            do throws(ConfigurationDiagnostics) { _ = try ModelConfig(json: text) } catch {
                #expect(!error.errors.isEmpty)
            }
        }
    }
}
