/// What a server does from the moment it is told to stop, one step after the other.
struct StopPlan: Equatable, Sendable {
    enum Reason: Equatable, Sendable {
        case signal
        /// Another server serves the ports already.
        case handedOver
    }

    enum Step: Equatable, Sendable {
        /// Health checks are told so; everything is served all the same.
        case reportNotReady
        case serve(Duration)
        /// From now on the answers on HTTP connections say that they are the last.
        case announceEnd
        case stopAccepting([ServingEndpoint])
        /// Tells the server that has taken over that it has the sockets for itself.
        case confirmHandover
        /// Accepts nothing more and ends the connections, busy ones after their requests. The time for stopping runs.
        case end([ServingEndpoint], idleGrace: Duration)
        case unload
    }

    var steps: [Step]

    /// - Parameter isServing: Whether the models were loaded: nobody expects a server that never was ready to drain.
    init(_ settings: StopSettings, reason: Reason, isServing: Bool) {
        let protocols: [ServingEndpoint] = [.http, .grpc]
        let grace = settings.idleGrace
        switch reason {
        case .handedOver:
            steps = [
                .stopAccepting(ServingEndpoint.allCases), .confirmHandover, .end(protocols, idleGrace: grace), .unload,
            ]
        case .signal where settings.drain > .zero && isServing:
            let notice = min(grace, settings.drain)
            steps = [.reportNotReady, .serve(settings.drain - notice), .announceEnd, .serve(notice)]
            steps += [.end(protocols, idleGrace: grace), .unload]
        case .signal:
            // As Triton does: gRPC is served as ever until the HTTP connections have ended.
            steps = [.end([.http], idleGrace: grace), .end([.grpc], idleGrace: grace), .unload]
        }
        // Metrics tell of the stop to its end.
        steps.append(.end([.metrics], idleGrace: .zero))
    }

    /// What the plan means for clients.
    func summary(exitTimeout: Duration) -> String {
        let finishing = "requests in flight may finish for \(exitTimeout.components.seconds) s"
        guard steps.contains(.reportNotReady) else { return "no new connections; \(finishing)" }
        let drain = steps.reduce(Duration.zero) { sum, step in
            if case .serve(let duration) = step { sum + duration } else { sum }
        }
        return "not ready, and serving for \(drain.components.seconds) s; then \(finishing)"
    }
}
