/// What to do about a model that did not load, by the words of its error.
struct ModelLoadAdvice {
    /// Names of the backends that this server has.
    var backends: [String]

    /// `nil` where the error says it itself.
    func cure(for reason: String, model: String) -> String? {
        if reason.contains("unable to find backend library for backend") {
            return "set 'backend' in config.pbtxt to one of: \(backends.joined(separator: ", "))"
        }
        if reason.contains("at least one version must be available") || reason.contains("No model version was found") {
            return "add a version directory, such as \(model)/1, or correct the version_policy"
        }
        if reason.contains("not unique across all model repositories") || reason.contains("not unique across") {
            return "rename the model, or remove it from all repositories but one"
        }
        if reason.contains("no GPUs are available") || reason.contains("KIND_GPU") {
            return "set 'kind: KIND_CPU' in the instance_group"
        }
        if reason.contains("contains models that are not available") {
            return "mend the models named above; the ensemble follows them"
        }
        if reason.contains("does not match model name") || reason.contains("unexpected directory name") {
            return "let 'name' in config.pbtxt be the directory's name, or leave it out"
        }
        return nil
    }
}
