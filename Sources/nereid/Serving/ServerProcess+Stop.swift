import HTTPFrontend
import InferenceEngine
import Logging
import ObjectStorage
import ServerTransport

extension ServerProcess {
    /// Does what the plan says; returns the exit status.
    func stop(
        _ server: InferenceServer, _ plan: StopPlan, because reason: String, _ handover: HandoverServer?
    ) async -> Int32 {
        let limit = configuration.stop.exitTimeout
        logger.info("\(reason): \(plan.summary(exitTimeout: limit))")
        notifier.stopping("\(reason): \(plan.summary(exitTimeout: limit))")
        var deadline: ContinuousClock.Instant?
        /// The time counts from the first step that asks.
        func timeLeft() -> Duration {
            let end = deadline ?? ContinuousClock.now + limit
            deadline = end
            return max(.zero, end - ContinuousClock.now)
        }
        var hasEndedInTime = true
        for step in plan.steps {
            switch step {
            case .reportNotReady: server.models.beginDrain()
            case .serve(let duration): try? await Task.sleep(for: duration)
            case .announceEnd: server.http?.announceEnd()
            case .stopAccepting(let endpoints): await server.stopAccepting(endpoints)
            case .confirmHandover: handover?.confirm()
            case .end(let endpoints, let idleGrace):
                let left = timeLeft()
                let hasEnded = await server.stop(endpoints, timeout: left, idleGrace: min(idleGrace, left))
                hasEndedInTime = hasEndedInTime && hasEnded
            case .unload:
                let hasEnded = await TimeLimit.finishes(within: timeLeft()) { await server.models.shutdown() }
                hasEndedInTime = hasEndedInTime && hasEnded
            }
        }
        guard hasEndedInTime else {
            logger.error("Exit timeout expired. Exiting immediately.")
            return 1
        }
        await server.eventLoops.shutdown()
        await server.remote?.close()
        logger.info("all requests are answered and all models unloaded")
        return 0
    }

    /// Gives up during the start; nobody was promised an answer.
    func abandon(_ server: InferenceServer) async {
        server.models.beginShutdown()
        await server.stop([.http, .grpc], timeout: .seconds(1))
        _ = await TimeLimit.finishes(within: configuration.stop.exitTimeout) { await server.models.shutdown() }
        await server.stop([.metrics], timeout: .milliseconds(500))
    }
}
