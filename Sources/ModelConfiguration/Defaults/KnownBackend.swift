/// A backend that can be recognised by the platform or the file of a model.
struct KnownBackend: Sendable {
    var name: String
    /// Set as `platform` when the backend is chosen; `nil` for backends without one.
    var platform: String?
    /// Other spellings of the platform that lead to this backend.
    var platformAliases: [String] = []
    var filename: String
    var isDirectory = false

    /// In the order in which a directory is looked through.
    static let all: [KnownBackend] = [
        KnownBackend(
            name: "tensorflow", platform: "tensorflow_savedmodel", filename: "model.savedmodel", isDirectory: true),
        KnownBackend(name: "tensorflow", platform: "tensorflow_graphdef", filename: "model.graphdef"),
        KnownBackend(name: "tensorrt", platform: "tensorrt_plan", filename: "model.plan"),
        KnownBackend(name: "onnxruntime", platform: "onnxruntime_onnx", filename: "model.onnx"),
        KnownBackend(name: "openvino", platform: nil, filename: "model.xml"),
        KnownBackend(
            name: "pytorch", platform: "pytorch_libtorch", platformAliases: ["libtorch"], filename: "model.pt"),
        KnownBackend(name: "pytorch", platform: "torch_aoti", filename: "model.pt2"),
        KnownBackend(name: "python", platform: nil, filename: "model.py"),
    ]

    func answers(toPlatform other: String) -> Bool { platform == other || platformAliases.contains(other) }

    /// Whether a file of any name has this format, by its extension.
    func matches(filename other: String) -> Bool {
        let ending = filename.drop { $0 != "." }
        return other == filename || other.hasSuffix(ending)
    }

    func isPresent(in listing: ModelDirectoryListing) -> Bool {
        // Some formats of one file may also be a directory of shards.
        isDirectory ? listing.directories.contains(filename) : listing.contains(filename)
    }
}
