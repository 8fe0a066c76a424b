import InferenceEngine
import InferenceTypes
import ServerTransport
import ServingProtocol

/// Leads requests to the routes of the protocol.
final class ServiceApplication: HTTPApplication {
    private let service: any InferenceService
    private let limits: HTTPLimits
    private let restrictedAPIs: RestrictedAPIs
    private let health: HealthRoutes
    private let metadata: MetadataRoutes
    private let configuration: ConfigurationRoutes
    private let statistics: StatisticsRoutes
    private let repository: RepositoryRoutes
    private let inference: InferRoute
    private let generation: GenerateRoute
    private let sharedMemory: SharedMemoryRoutes
    private let settings: SettingsRoutes

    init(
        service: any InferenceService, limits: HTTPLimits, access: AccessRules, decodingThreads: DecodingThreads
    ) {
        self.service = service
        self.limits = limits
        restrictedAPIs = access.restrictedAPIs
        health = HealthRoutes(service: service)
        metadata = MetadataRoutes(service: service)
        configuration = ConfigurationRoutes(service: service)
        statistics = StatisticsRoutes(service: service)
        repository = RepositoryRoutes(service: service, maximumJSONBytes: limits.maximumJSONBytes)
        sharedMemory = SharedMemoryRoutes(service: service, maximumJSONBytes: limits.maximumJSONBytes)
        settings = SettingsRoutes(service: service, maximumJSONBytes: limits.maximumJSONBytes)
        inference = InferRoute(
            service: service, limits: limits, forwardedHeaders: access.forwardedHeaders,
            decodingThreads: decodingThreads)
        generation = GenerateRoute(
            service: service, limits: limits, forwardedHeaders: access.forwardedHeaders,
            decodingThreads: decodingThreads)
    }

    func admit(_ head: HTTPRequestHead) -> HTTPAdmission {
        guard let route = HTTPRoute(path: head.path) else {
            return refusal(.failure(.notFound, "Not Found", .plainText))
        }
        if !restrictedAPIs.isEmpty,
            let key = restrictedAPIs.refusedKey(route.category, value: { head.fields.first($0) })
        {
            return refusal(.failure(.forbidden, RestrictedAPIs.httpMessage(key: key), .plainText))
        }
        guard route.allows(head.method) else {
            return refusal(.failure(.methodNotAllowed, "Method Not Allowed", route.errorContentType))
        }
        switch route {
        case .infer(let model): return inference.admit(model, head)
        case .repositoryIndex, .loadModel, .unloadModel:
            let repository = repository
            return collect(route) { body async throws(ServingError) in
                switch route {
                case .loadModel(let name, let store): try await repository.load(name, repository: store, body)
                case .unloadModel(let name, let store): try await repository.unload(name, repository: store, body)
                default: try await repository.index(body)
                }
            }
        case .sharedMemoryRegister(let kind, let region):
            let sharedMemory = sharedMemory
            return collect(route) { body async throws(ServingError) in
                try sharedMemory.register(kind, region: region, body)
            }
        case .generate(let model): return generation.admit(model, streams: false, head)
        case .generateStream(let model): return generation.admit(model, streams: true, head)
        case .logging where head.method == .post:
            let settings = settings
            return collect(route) { body async throws(ServingError) in try settings.updateLogging(body) }
        case .traceSetting(let model) where head.method == .post:
            let settings = settings
            return collect(route) { body async throws(ServingError) in
                try settings.updateTrace(ofModel: model, body)
            }
        default:
            return HTTPAdmission(body: .discard(limit: limits.maximumBodyBytes)) { [self] _, exchange in
                switch route {
                case .modelMetadata(let model), .modelConfiguration(let model):
                    answer(route, ofModel: model, exchange)
                default: exchange.send(answer(route))
                }
            }
        }
    }

    /// Answers what only a model in memory can tell; one that loads at first use is loaded for it.
    private func answer(_ route: HTTPRoute, ofModel model: HTTPRoute.Model, _ exchange: HTTPExchange) {
        do throws(ServingError) {
            switch try service.lookUp(model.name, version: try model.versionNumber()) {
            case .servable(let servable): withExtendedLifetime(servable) { exchange.send(answer(route)) }
            case .absent(let wait):
                wait.start(cancellation: exchange.cancellation) { [self] result in
                    switch result {
                    case .success(let servable): withExtendedLifetime(servable) { exchange.send(answer(route)) }
                    case .failure(let error): exchange.send(.failure(error, route.errorContentType))
                    }
                }
            }
        } catch {
            exchange.send(.failure(error, route.errorContentType))
        }
    }

    /// Answers the routes that need no body and do not wait.
    private func answer(_ route: HTTPRoute) -> HTTPResponse {
        do {
            switch route {
            case .live: return health.live()
            case .ready: return health.ready()
            case .modelReady(let model): return health.modelReady(model.name, version: try model.versionNumber())
            case .serverMetadata: return metadata.server()
            case .modelMetadata(let model): return try metadata.model(model.name, version: try model.versionNumber())
            case .modelConfiguration(let model):
                return try configuration.configuration(model.name, version: try model.versionNumber())
            case .statistics(let model):
                return try statistics.statistics(model?.name, version: try model?.versionNumber())
            case .sharedMemoryStatus(let kind, let region): return try sharedMemory.status(kind, region: region)
            case .sharedMemoryUnregister(let kind, let region):
                return try sharedMemory.unregister(kind, region: region)
            case .logging: return settings.logging()
            case .traceSetting(let model): return try settings.trace(ofModel: model)
            case .sharedMemoryRegister, .infer, .generate, .generateStream, .repositoryIndex, .loadModel, .unloadModel:
                preconditionFailure("answered elsewhere")
            }
        } catch {
            return .failure(error, route.errorContentType)
        }
    }

    /// The answer is certain whatever the body says; the body is read so that the connection can go on.
    private func refusal(_ response: HTTPResponse) -> HTTPAdmission {
        HTTPAdmission(body: .discard(limit: limits.maximumBodyBytes), isRefusal: true) { _, exchange in
            exchange.send(response)
        }
    }

    /// Collects the body and answers from a task, off the event loop.
    private func collect(
        _ route: HTTPRoute, answer: @escaping @Sendable (TensorBytes) async throws(ServingError) -> HTTPResponse
    ) -> HTTPAdmission {
        HTTPAdmission(body: .collect(limit: limits.maximumBodyBytes, alignedOffset: 0)) { body, exchange in
            Task {
                do throws(ServingError) {
                    exchange.send(try await answer(body))
                } catch {
                    exchange.send(.failure(error, route.errorContentType))
                }
            }
        }
    }
}
