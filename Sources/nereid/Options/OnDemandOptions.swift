import ArgumentParser
import InferenceEngine

/// Models that load at first use and leave when others need their room. Triton has no flags for these.
struct OnDemandOptions: ParsableArguments {
    private static let standard = OnDemandSettings(memoryBudget: .max)

    @Option(
        help: ArgumentHelp(
            "Load models at first use, and let those used least recently go, so that they take no more memory than this.",
            valueName: "bytes|MiB|GiB"),
        transform: FlagValue.byteCount)
    var modelMemoryBudget: Int?

    @Option(
        help: ArgumentHelp(
            "A model that loads at start and stays, whoever needs its room; may be repeated.", valueName: "name"))
    var pinModel: [String] = []

    @Option(
        help: ArgumentHelp(
            "The most requests that wait for models at one time.", valueName: "count",
            standard: standard.maximumWaiting),
        transform: FlagValue.integer(1...10_000_000))
    var modelWaitMaxRequests = standard.maximumWaiting

    @Option(
        help: ArgumentHelp(
            "How long a request waits for its model.", valueName: "seconds",
            standard: standard.maximumWait.components.seconds),
        transform: FlagValue.integer(1...86400))
    var modelWaitTimeoutSecs = Int(standard.maximumWait.components.seconds)

    @Option(
        help: ArgumentHelp(
            "How long a model that has loaded stays, even while others need its room.", valueName: "seconds",
            standard: standard.minimumResidence.components.seconds),
        transform: FlagValue.integer(0...86400))
    var modelMinResidenceSecs = Int(standard.minimumResidence.components.seconds)

    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        guard modelMemoryBudget != nil || pinModel.isEmpty else {
            throw CommandLineError(
                "--pin-model keeps a model in memory when others have to leave; give --model-memory-budget as well.")
        }
        guard modelMemoryBudget == nil || !configuration.repository.usesNamespaces else {
            throw CommandLineError(
                "--model-memory-budget and --model-namespacing cannot be given together: models that load at first use are "
                    + "known by their names alone.")
        }
        var settings = OnDemandSettings(memoryBudget: modelMemoryBudget ?? .max)
        settings.pinnedModels = Set(pinModel)
        settings.maximumWaiting = modelWaitMaxRequests
        settings.maximumWait = .seconds(modelWaitTimeoutSecs)
        settings.minimumResidence = .seconds(modelMinResidenceSecs)
        configuration.repository.onDemand = settings
        configuration.repository.loadsOnDemand = modelMemoryBudget != nil
    }
}
