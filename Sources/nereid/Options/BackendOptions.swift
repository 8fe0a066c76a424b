import ArgumentParser

struct BackendOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A setting for one backend, or without a name for all; may be repeated.",
            valueName: "[backend,]setting=value"))
    var backendConfig: [String] = []

    @Option(
        help: ArgumentHelp(
            "The LibTorch shim, libnereid_torch.so. Default: beside the executable, or where the build scripts put it.",
            valueName: "path"))
    var torchLibrary = ""

    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        for text in backendConfig {
            let (backend, setting, value) = try Self.parts(of: text)
            configuration.backendSettings[backend, default: [:]][setting] = value
        }
        configuration.torchLibrary = torchLibrary.isEmpty ? nil : torchLibrary
    }

    /// The comma that ends the backend's name stands before the first `=`; later commas belong to the value.
    private static func parts(
        of text: String
    ) throws(CommandLineError) -> (backend: String, setting: String, value: String) {
        let malformed = CommandLineError(
            "--backend-config option format is '<backend name>,<setting>=<value>'. Got \(text)")
        guard let equals = text.firstIndex(of: "=") else { throw malformed }
        let value = String(text[text.index(after: equals)...])
        let names = text[..<equals].split(separator: ",", omittingEmptySubsequences: false)
        switch names.count {
        case 1 where !names[0].isEmpty: return ("", String(names[0]), value)
        case 2 where !names[0].isEmpty && !names[1].isEmpty: return (String(names[0]), String(names[1]), value)
        default: throw malformed
        }
    }
}
