/// The files that a configuration names lie inside the model's directory. A configuration can come with a load request,
/// and must not open to its sender what else the server may read.
enum FileNameRule {
    static func violations(in config: ModelConfig) -> [ConfigurationViolation] {
        var files = [("'default_model_filename'", config.defaultModelFilename, "default_model_filename")]
        files += config.ccModelFilenames.sorted { $0.key < $1.key }.map {
            ("'cc_model_filenames'", $0.value, "cc_model_filenames[\"\($0.key)\"]")
        }
        files += config.outputs.enumerated().map {
            ("'label_filename' of output '\($1.name)'", $1.labelFilename, "output[\($0)].label_filename")
        }
        for (index, sample) in config.warmup.enumerated() {
            for (name, input) in sample.inputs.sorted(by: { $0.key < $1.key }) {
                guard case .dataFile(let file)? = input.content else { continue }
                files.append(
                    (
                        "'input_data_file' of warmup sample '\(sample.name)', input '\(name)'", file,
                        "model_warmup[\(index)].inputs[\"\(name)\"].input_data_file"
                    ))
            }
        }
        return files.filter { leavesDirectory($0.1) }.map { subject, path, field in
            .init(
                "\(subject) of model \(config.name) is '\(path)', and must not leave the model's directory", at: field)
        }
    }

    private static func leavesDirectory(_ path: String) -> Bool {
        path.utf8.contains(0) || path.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
    }
}
