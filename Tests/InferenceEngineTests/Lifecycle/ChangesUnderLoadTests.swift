import BackendAPI
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization
import Testing

/// Models come, change and go while many threads send requests to them.
struct ChangesUnderLoadTests {
    /// A manager in explicit mode over real servables.
    private func manager(_ repository: ManagedRepository, _ backend: AddingBackend) -> ModelManager {
        let table = ServableTable()
        let factory = DefaultServableFactory(
            backends: BackendRegistry([backend]), settings: .init(coreBudget: 2), logger: repository.log.logger,
            resolver: { name, version throws(ServingError) in try table.resolveComposingModel(name, version) })
        var settings = ModelManagerSettings(repositories: [repository.path + "/models"])
        settings.controlMode = .explicit
        return ModelManager(
            settings: settings, table: table, factory: factory,
            configurations: RepositoryConfigurationReader(ModelConfigurationLoader()), logger: repository.log.logger)
    }

    /// Sends 0.
    private func request(_ model: String) -> InferenceRequest {
        .forTesting(model, [.forTesting("X", .int64, [1], [Int64(0)])])
    }

    private func put(_ repository: ManagedRepository, adding number: Int64) throws {
        try repository.write(
            "m/config.pbtxt", AddingBackend.configuration(adding: number, version: number % 2 + 1))
    }

    private func makeRepository() throws -> ManagedRepository {
        let repository = try ManagedRepository()
        try repository.write("m/1/model.bin", "")
        try repository.write("m/2/model.bin", "")
        try put(repository, adding: 1)
        return repository
    }

    @Test func noRequestFailsOrIsAnsweredByAnOldVersionWhileAModelIsReloaded() async throws {
        let repository = try makeRepository()
        let backend = AddingBackend()
        let manager = manager(repository, backend)
        try await manager.load("m")
        let inService = Counter(1)
        let clients = ClientThreads(
            8, request: request("m"), resolve: { () throws(ServingError) in try manager.resolve("m", nil) },
            moment: { inService.value }
        ) { response, servable, before in
            let number = response.outputs[0].elements(Int64.self)[0]
            guard response.modelVersion == servable.version, response.modelVersion == number % 2 + 1 else {
                return "version \(response.modelVersion) instead of \(servable.version) answered with \(number)"
            }
            return number < before ? "\(number) although \(before) was in service" : nil
        }
        for number in Int64(2)...200 {
            try put(repository, adding: number)
            try await manager.load("m")
            inService.value = number
        }
        let count = clients.answerCount
        while clients.answerCount < count + 100 { await Task.yield() }
        let outcome = await clients.stop()
        #expect(outcome.errors == [] && outcome.wrongAnswers == [])
        #expect(outcome.events == outcome.sent && outcome.answers == outcome.sent)
        while backend.liveModels > 1 { await Task.yield() }
        await manager.shutdown()
        #expect(backend.liveModels == 0)
    }

    @Test func requestsToAnEnsembleAreAnsweredOnceWhileItsModelComesAndGoes() async throws {
        let repository = try makeRepository()
        try repository.write("twice/1/.keep", "")
        try repository.write(
            "twice/config.pbtxt",
            """
            platform: "ensemble"
            input { name: "X" data_type: TYPE_INT64 dims: 1 }
            output { name: "Z" data_type: TYPE_INT64 dims: 1 }
            ensemble_scheduling {
              step { model_name: "m" model_version: -1
                input_map { key: "X" value: "X" } output_map { key: "Y" value: "between" } }
              step { model_name: "m" model_version: -1
                input_map { key: "X" value: "between" } output_map { key: "Y" value: "Z" } }
            }
            """)
        let backend = AddingBackend()
        let manager = manager(repository, backend)
        try await manager.load("twice")
        let clients = ClientThreads(
            4, request: request("twice"), resolve: { () throws(ServingError) in try manager.resolve("twice", nil) },
            moment: { 0 }
        ) { response, _, _ in
            let sum = response.outputs[0].elements(Int64.self)[0]
            return sum.isMultiple(of: 2) ? nil : "the steps ran on different versions: \(sum)"
        }
        for number in Int64(2)...60 {
            try put(repository, adding: number)
            // Every third time the model is gone in between, and the ensemble with it.
            if number.isMultiple(of: 3) { try await manager.unload("m") }
            try await manager.load("m")
            let answer = try await manager.resolve("twice", nil).infer(request("twice")).get()
            #expect(answer.outputs[0].elements(Int64.self) == [2 * number])
        }
        let outcome = await clients.stop()
        #expect(outcome.wrongAnswers == [] && outcome.events == outcome.sent && outcome.answers > 0)
        #expect(Set(outcome.errors.map(\.code)).isSubset(of: [.notFound, .unavailable]))
        await manager.shutdown()
        #expect(backend.liveModels == 0)
    }
}

private final class Counter: Sendable {
    private let number: Atomic<Int64>

    init(_ value: Int64) { number = Atomic(value) }

    var value: Int64 {
        get { number.load(ordering: .acquiring) }
        set { number.store(newValue, ordering: .releasing) }
    }
}
