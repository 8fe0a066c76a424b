/// No two inputs, and no two outputs, share a name.
enum TensorNameRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        duplicates(config.inputs.map(\.name)).map { index, name in
            .init("model '\(config.name)' has more than one input named '\(name)'", at: "input[\(index)].name")
        }
            + duplicates(config.outputs.map(\.name)).map { index, name in
                .init("model '\(config.name)' has more than one output named '\(name)'", at: "output[\(index)].name")
            }
    }

    private static func duplicates(_ names: [String]) -> [(index: Int, name: String)] {
        var seen: Set<String> = []
        var repeated: Set<String> = []
        return names.enumerated().filter { !seen.insert($1).inserted && repeated.insert($1).inserted }
            .map { ($0, $1) }
    }
}
