import BackendAPI
import InferenceTypes
import Logging
import ModelConfiguration

/// Completes a configuration within a time limit, whatever the code of the model does.
struct TrialSession {
    /// After it no new trial begins; half as long again after it the one that is running is given up.
    let limit: Duration
    let unfinished: UnfinishedTrials

    func complete(_ context: ModelContext, library: TorchLibrary) throws(ServingError) -> ModelConfig {
        let path = try ModelFile.path(context)
        // Not under the limit: a large file takes as long as it takes, here as in the load that follows.
        let settings = try ExecutionSettings(context.configuration, modelName: context.name)
        let module = try TorchModule.loadForModel(
            path, inferenceMode: settings.inferenceMode, optimized: false, model: context.name, library: library)
        let trial = try unfinished.begin(path, model: context.name)
        let deadline = ContinuousClock.now.advanced(by: limit)
        let outcome = CompletionThread.run(
            limit: limit * 1.5,
            onLateEnd: { [unfinished] in
                unfinished.end(trial)
                context.logger.notice("\(context.name): the trial run that was given up has ended; its thread is gone")
            },
            { () -> Result<ModelConfig, ServingError> in
                library.workInBackground()
                do throws(ServingError) {
                    return .success(
                        try ConfigurationCompleter(context: context, module: module, deadline: deadline).complete())
                } catch {
                    return .failure(error)
                }
            })
        guard let outcome else {
            unfinished.giveUp(trial)
            context.logger.warning(
                """
                \(context.name): a trial run of forward did not end within \(limit * 1.5) and cannot be stopped; its thread \
                torch-trial uses a core and the model's memory until forward returns
                """)
            throw ServingError(
                .invalidArgument,
                "the configuration of model '\(context.name)' is incomplete, and a trial run of forward did not end within "
                    + "\(limit * 1.5); write its inputs and outputs into \(context.modelDirectory)/config.pbtxt")
        }
        unfinished.end(trial)
        return try outcome.get()
    }
}
