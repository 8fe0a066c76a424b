/// What tells models apart: a model's name, and before it, where each repository is a namespace, that of its repository.
public enum QualifiedModelName {
    /// - Parameter namespace: empty where names are unique over all repositories.
    public static func text(_ name: String, in namespace: String) -> String {
        namespace.isEmpty ? name : "\(namespace)::\(name)"
    }
}
