import ArgumentParser
import InferenceTypes
import ObjectStorage

struct RepositoryOptions: ParsableArguments {
    @Option(
        name: [.customLong("model-repository"), .customLong("model-store")],
        help: ArgumentHelp("A directory of models, or s3://bucket/path; may be repeated. Required.", valueName: "path"))
    var modelRepository: [String] = []

    @Option(
        help: ArgumentHelp(
            "none loads all models once, poll follows changes of the repository, explicit loads what it is told to.",
            valueName: "none|poll|explicit"),
        transform: FlagValue.choice)
    var modelControlMode = RepositorySettings.ControlMode.none

    @Option(
        help: ArgumentHelp(
            "How often mode poll looks for changes, and tries again what failed to load; 0 never does. Where the system "
                + "tells of changes they are found at once.", valueName: "seconds"),
        transform: FlagValue.integer(0...Int(Int32.max)))
    var repositoryPollSecs = 15

    @Option(
        help: ArgumentHelp(
            "How long the files of a model must have been quiet before mode poll takes a change, so that half-copied files "
                + "are not loaded.", valueName: "seconds"),
        transform: FlagValue.seconds(0...3600))
    var repositorySettleSecs = Duration.seconds(1)

    @Option(
        help: ArgumentHelp(
            "Directories of the repositories that mode poll watches for changes; 0 watches none.", valueName: "count",
            standard: 16_384),
        transform: FlagValue.integer(0...Int(Int32.max)))
    var repositoryMaxWatches = 16_384

    @Option(
        help: ArgumentHelp(
            "A model to load at start in mode explicit; may be repeated. * alone loads all.", valueName: "name"))
    var loadModel: [String] = []

    @Option(
        help: ArgumentHelp("Stop when a model cannot be loaded at start.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var exitOnError = true

    @Option(
        help: ArgumentHelp("Be ready only while all models are.", valueName: "boolean"), transform: FlagValue.boolean)
    var strictReadiness = true

    @Flag(help: "Require complete model configurations instead of filling in what the model's files tell.")
    var disableAutoCompleteConfig = false

    @Option(
        help: ArgumentHelp("How many models load at the same time.", valueName: "count"),
        transform: FlagValue.integer(1...1024))
    var modelLoadThreadCount = 4

    @Option(
        help: ArgumentHelp(
            "How many cores loads may use while the server serves; 0 is half of them (default: 0).", valueName: "count"),
        transform: FlagValue.integer(0...1024))
    var modelLoadCoreBudget = 0

    @Option(
        help: ArgumentHelp("How often a failed load is tried again at once.", valueName: "count"),
        transform: FlagValue.integer(0...1000))
    var modelLoadRetryCount = 0

    @Option(
        help: ArgumentHelp(
            "Read configs/<name>.pbtxt of each model that has it, instead of config.pbtxt.", valueName: "name"))
    var modelConfigName = ""

    @Option(
        help: ArgumentHelp(
            "Each repository is a namespace: the same model name may be in several.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var modelNamespacing = false

    @Option(
        help: ArgumentHelp("Deprecated: use --disable-auto-complete-config.", visibility: .hidden),
        transform: FlagValue.boolean)
    var strictModelConfig: Bool?

    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        var settings = RepositorySettings()
        for path in modelRepository where !settings.paths.contains(path) {
            guard !path.isEmpty else { throw CommandLineError("--model-repository is empty; give a directory.") }
            if RepositoryURL.isRemote(path) {
                do throws(ServingError) {
                    _ = try RepositoryURL(parsing: path)
                } catch {
                    throw CommandLineError("--model-repository: \(error.message)")
                }
            }
            settings.paths.append(path)
        }
        guard !settings.paths.isEmpty else {
            throw CommandLineError(
                "--model-repository must be specified: the directory that holds the models, as in "
                    + "--model-repository=/path/to/models")
        }
        settings.controlMode = modelControlMode
        settings.pollInterval = .seconds(repositoryPollSecs)
        settings.settleTime = repositorySettleSecs
        settings.watchLimit = repositoryMaxWatches
        settings.startupModels = try startupModels()
        settings.exitOnError = exitOnError
        settings.strictReadiness = strictReadiness
        settings.autoCompletesConfigurations = !disableAutoCompleteConfig
        settings.loadThreadCount = modelLoadThreadCount
        settings.loadCoreBudget = modelLoadCoreBudget
        settings.loadRetryCount = modelLoadRetryCount
        settings.usesNamespaces = modelNamespacing
        guard !modelConfigName.contains(where: { $0.isWhitespace || $0 == "/" }) else {
            throw CommandLineError("--model-config-name '\(modelConfigName)' must not hold spaces or slashes.")
        }
        settings.configurationName = modelConfigName.isEmpty ? nil : modelConfigName
        if let strictModelConfig {
            settings.autoCompletesConfigurations = !strictModelConfig && !disableAutoCompleteConfig
            configuration.warnings.append("--strict-model-config is deprecated: use --disable-auto-complete-config")
        }
        configuration.repository = settings
    }

    private func startupModels() throws(CommandLineError) -> RepositorySettings.StartupModels {
        guard modelControlMode == .explicit else {
            guard loadModel.isEmpty else {
                throw CommandLineError(
                    "Use of '--load-model' requires setting '--model-control-mode=explicit' as well.")
            }
            return .all
        }
        guard loadModel.contains("*") else { return .named(loadModel) }
        guard loadModel.count == 1 else {
            throw CommandLineError("--load-model=* loads all models; it cannot stand beside another --load-model.")
        }
        return .all
    }
}
