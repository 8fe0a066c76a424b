import ArgumentParser
import Observability
import ServingProtocol

struct LoggingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("0 logs nothing verbose, 1 debug lines, 2 trace lines too.", valueName: "level"),
        transform: FlagValue.integer(0...Int(Int32.max)))
    var logVerbose = 0

    @Option(help: ArgumentHelp("Log information.", valueName: "boolean"), transform: FlagValue.boolean)
    var logInfo = true

    @Option(help: ArgumentHelp("Log warnings.", valueName: "boolean"), transform: FlagValue.boolean)
    var logWarning = true

    @Option(help: ArgumentHelp("Log errors.", valueName: "boolean"), transform: FlagValue.boolean)
    var logError = true

    @Option(
        help: ArgumentHelp("How lines start: default or ISO8601.", valueName: "format"), transform: FlagValue.choice)
    var logFormat = LogFormat.default

    @Option(help: ArgumentHelp("Append the log to this file instead of standard error.", valueName: "path"))
    var logFile = ""

    func apply(to configuration: inout ServerConfiguration) {
        configuration.log.verboseLevel = logVerbose
        configuration.log.info = logInfo
        configuration.log.warning = logWarning
        configuration.log.error = logError
        configuration.log.format = logFormat
        configuration.logFile = logFile.isEmpty ? nil : logFile
    }
}
