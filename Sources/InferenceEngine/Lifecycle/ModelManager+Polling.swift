import InferenceTypes
import Logging
import ModelRepository

extension ModelManager {
    /// Polls the repositories until the task is cancelled: each period, and soon after something has changed in them where
    /// the system tells. For poll mode.
    public func runPolling(every period: Duration) async {
        let schedule = PollSchedule()
        let watcher = startWatching(for: schedule, every: period)
        let ticks = Task { [clock = settings.clock] in
            while !Task.isCancelled {
                await clock.sleep(period)
                schedule.periodIsOver()
            }
        }
        defer {
            ticks.cancel()
            watcher?.stop()
        }
        await withTaskCancellationHandler {
            while let cause = await schedule.next(), !table.isStopping {
                if cause == .period { watcher?.refresh() }
                await poll(awaitingLoads: false, retryingFailed: cause == .period)
                // Files that change all the time, and matter to no model, are not to keep the server reading.
                if cause == .change { await settings.clock.sleep(settings.settleTime) }
            }
        } onCancel: {
            schedule.end()
        }
    }

    private func startWatching(for schedule: PollSchedule, every period: Duration) -> RepositoryWatcher? {
        guard settings.watchLimit > 0 else { return nil }
        do throws(ServingError) {
            let watcher = try RepositoryWatcher.make(
                repositories: settings.repositories, directories: settings.watchLimit, depth: settings.scanLimits.depth)
            guard let watcher else { return nil }
            try OSThread.start(name: "watch") { [logger] in
                watcher.run { event in
                    switch event {
                    case .changed: schedule.noteChange()
                    case .incomplete(let reason):
                        logger.warning(
                            "some changes of the model repositories are found only every \(period): \(reason)")
                    }
                }
            }
            return watcher
        } catch {
            logger.warning("changes of the model repositories are found only every \(period): \(error.message)")
            return nil
        }
    }
}
