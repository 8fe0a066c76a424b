import Observability

extension ServeCommand {
    /// Serves until a signal; returns the exit status.
    ///
    /// - Parameter warnings: what the first pass over the command line found.
    func serve(warnings: [String]) async throws -> Int32 {
        let configuration = try serverConfiguration(warnings: warnings)
        let output: LogOutput
        if let path = configuration.logFile {
            do {
                output = try LogOutput(path: path, settings: configuration.log)
            } catch {
                throw StartupError("\(error).")
            }
        } else {
            output = LogOutput(
                descriptor: 2, settings: configuration.log, colour: ProcessEnvironment.value("NO_COLOR") == nil)
        }
        ProcessEnvironment.ignoreBrokenPipes()
        ProcessEnvironment.raiseOpenFileLimit()
        let logger = ServerLogHandler.logger(label: "nereid", output: output)
        return try await ServerProcess(configuration: configuration, output: output, logger: logger).run()
    }
}
