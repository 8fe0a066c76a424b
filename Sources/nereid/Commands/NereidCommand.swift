import ArgumentParser

/// The root of the command line.
struct NereidCommand: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "nereid",
        abstract: "An inference server for model repositories made for Triton.",
        version: version,
        subcommands: [ServeCommand.self, InferCommand.self, VersionCommand.self])
}
