import BackendAPI
import InferenceTypes
import Logging
import ModelConfiguration
import Synchronization

/// A TorchScript model version in memory.
///
/// Instances of a module without mutable state share it. Of a module with mutable state each has a state of its own: a lone
/// instance takes the module itself; several get clones, which share the parameters that `forward` does not write to (see
/// `TorchModule.clone` for what that costs). Clones also share plans, and optimisation can make state a constant of a plan:
/// where it is asked for, one instance takes the module and each of the others loads the file again.
final class LoadedTorchModel: LoadedModel {
    private let module: TorchModule
    /// The memory of `module` when it was loaded.
    private let sharedStorages: Set<TorchStorage>
    private let path: String
    private let settings: ExecutionSettings
    private let inputs: [InputBinding]
    private let outputs: [OutputBinding]
    private let context: ModelContext
    /// Whether an instance executes `module` itself, which has mutable state: then it cannot be cloned any more.
    private let isTaken = Mutex(false)

    init(_ context: ModelContext, library: TorchLibrary) throws(ServingError) {
        self.context = context
        settings = try ExecutionSettings(context.configuration, modelName: context.name)
        path = try ModelFile.path(context)
        module = try Self.loadModule(path, settings, context.name, library)
        sharedStorages = Set(module.storages())
        inputs = try InputBinding.bindAll(context.configuration, to: module.signature)
        outputs = try OutputBinding.bindAll(context.configuration, to: module.signature)
        logSettings()
        if let count = settings.interOpThreads { setInterOpThreads(count, library) }
    }

    private func setInterOpThreads(_ count: Int32, _ library: TorchLibrary) {
        if let reason = library.setInterOpThreads(count) {
            context.logger.warning("\(context.name): INTER_OP_THREAD_COUNT=\(count) is not applied: \(reason)")
        } else {
            context.logger.info("\(context.name): \(count) inter-op threads for the whole process")
        }
    }

    var memoryUsage: [MemoryUsage] { TorchStorage.memoryUsage(Array(sharedStorages)) }

    func makeInstance(_ instance: InstanceContext) throws(ServingError) -> any ModelInstance {
        if instance.group.kind == .gpu {
            throw ServingError(
                .invalidArgument,
                "instance group \(instance.group.name) of model \(context.name) has kind KIND_GPU but this server has no GPU support"
            )
        }
        let threads =
            settings.intraOpThreads ?? Int32(clamping: max(1, context.coreBudget / max(1, instance.instanceCount)))
        if instance.ordinal == 0 { logThreads(threads, instanceCount: instance.instanceCount) }
        let own = try ownModule(canClone: instance.instanceCount > 1 && !isOptimized)
        return TorchModelInstance(
            module: own, memoryUsage: memoryUsage(of: own), inputs: inputs, outputs: outputs,
            options: TorchModule.CallOptions(optimize: isOptimized, intraOpThreads: threads),
            joinsRequests: context.configuration.maxBatchSize > 0)
    }

    /// What an instance's module takes beside the one that was loaded first.
    private func memoryUsage(of own: TorchModule) -> [MemoryUsage] {
        guard own !== module else { return [] }
        return TorchStorage.memoryUsage(own.storages().filter { !sharedStorages.contains($0) })
    }

    private func ownModule(canClone: Bool) throws(ServingError) -> TorchModule {
        guard module.signature.hasMutableState else { return module }
        // Cloning happens under the lock, so that nobody takes the module meanwhile.
        let outcome: Result<TorchModule, ServingError> = isTaken.withLock { isTaken in
            if isTaken { return .failure(ServingError(.internal, "another instance executes it")) }
            guard canClone else {
                isTaken = true
                return .success(module)
            }
            do throws(ServingError) {
                return .success(try module.clone())
            } catch {
                return .failure(error)
            }
        }
        switch outcome {
        case .success(let own): return own
        case .failure(let error):
            // Some state cannot be copied (custom C++ classes, views of other state): the file has it in its first form.
            context.logger.info("\(context.name): loading the file again for one more instance: \(error.message)")
            return try Self.loadModule(path, settings, context.name, module.library)
        }
    }

    private static func loadModule(
        _ path: String, _ settings: ExecutionSettings, _ model: String, _ library: TorchLibrary
    ) throws(ServingError) -> TorchModule {
        try TorchModule.loadForModel(
            path, inferenceMode: settings.inferenceMode, optimized: settings.optimizedExecution, model: model,
            library: library)
    }

    private var isOptimized: Bool { module.isOptimized(settings.optimizedExecution) }

    private func logSettings() {
        let logger = context.logger
        logger.info(
            """
            \(context.name): LibTorch \(module.library.version), optimized execution \
            \(isOptimized ? "on" : "off")\(settings.optimizedExecution == nil && !isOptimized ? " (it writes to its state)" : ""), \
            inference mode \(settings.inferenceMode ? "on" : "off"), \
            \(module.signature.hasMutableState ? "each instance has its own state" : "no mutable state")
            """)
        for note in settings.notes { logger.info("\(context.name): \(note)") }
        for key in settings.unknownKeys {
            logger.debug("\(context.name): parameter \(key) is not known to backend 'pytorch'")
        }
    }

    private func logThreads(_ threads: Int32, instanceCount: Int) {
        let reason =
            settings.intraOpThreads == nil
            ? "\(context.coreBudget) cores shared by \(instanceCount) instances" : "as INTRA_OP_THREAD_COUNT says"
        context.logger.info("\(context.name): \(threads) intra-op threads for each instance (\(reason))")
    }
}
