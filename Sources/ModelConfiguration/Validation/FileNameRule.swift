/// The files that a configuration names lie inside the model's directory. A configuration can come with a load request,
/// and must not open to its sender what else the server may read.
enum FileNameRule {
    static func violations(in config: ModelConfig) -> [String] {
        var files = [("'default_model_filename'", config.defaultModelFilename)]
        files += config.ccModelFilenames.sorted { $0.key < $1.key }.map { ("'cc_model_filenames'", $0.value) }
        files += config.outputs.map { ("'label_filename' of output '\($0.name)'", $0.labelFilename) }
        for sample in config.warmup {
            for (name, input) in sample.inputs.sorted(by: { $0.key < $1.key }) {
                guard case .dataFile(let file)? = input.content else { continue }
                files.append(("'input_data_file' of warmup sample '\(sample.name)', input '\(name)'", file))
            }
        }
        return files.filter { leavesDirectory($0.1) }.map { subject, path in
            "\(subject) of model \(config.name) is '\(path)', and must not leave the model's directory"
        }
    }

    private static func leavesDirectory(_ path: String) -> Bool {
        path.utf8.contains(0) || path.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
    }
}
