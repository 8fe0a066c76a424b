/// No two inputs, and no two outputs, share a name.
enum TensorNameRule {
    static func violations(in config: ModelConfig) -> [String] {
        duplicates(config.inputs.map(\.name)).map { "model '\(config.name)' has more than one input named '\($0)'" }
            + duplicates(config.outputs.map(\.name)).map {
                "model '\(config.name)' has more than one output named '\($0)'"
            }
    }

    private static func duplicates(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        var repeated: Set<String> = []
        return names.filter { !seen.insert($0).inserted && repeated.insert($0).inserted }
    }
}
