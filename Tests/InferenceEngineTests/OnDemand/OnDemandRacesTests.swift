import BackendAPI
import Dispatch
import Foundation
import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import Synchronization
import Testing

/// Threads use more models than there is room for: loads, requests and unloads meet at every moment.
struct OnDemandRacesTests {
    private static let modelCount = 12
    private static let room = 4

    private func manager(_ repository: ManagedRepository, _ backend: AddingBackend) throws -> ModelManager {
        for number in 0..<Self.modelCount {
            try repository.write("m\(number)/1/model.bin", String(repeating: "x", count: 1000))
            try repository.write(
                "m\(number)/config.pbtxt", AddingBackend.configuration(adding: Int64(number), version: 1))
        }
        let table = ServableTable()
        let factory = DefaultServableFactory(
            backends: BackendRegistry([backend]), settings: .init(coreBudget: 2), logger: repository.log.logger,
            resolver: { name, version throws(ServingError) in try table.resolveComposingModel(name, version) })
        var settings = ModelManagerSettings(repositories: [repository.path + "/models"])
        settings.onDemand = OnDemandSettings(memoryBudget: Self.room * 1000)
        settings.onDemand?.minimumResidence = .zero
        settings.onDemand?.patience = .milliseconds(5)
        return ModelManager(
            settings: settings, table: table, factory: factory,
            configurations: RepositoryConfigurationReader(ModelConfigurationLoader()), logger: repository.log.logger)
    }

    @Test(arguments: [UInt64(1), 2])
    func noRequestFailsWhileModelsComeAndGo(seed: UInt64) async throws {
        let repository = try ManagedRepository()
        let backend = AddingBackend()
        let manager = try manager(repository, backend)
        _ = await manager.start()
        let faults = Mutex<[String]>([])
        let answers = Atomic(0)
        await withCheckedContinuation { continuation in
            let clients = DispatchGroup()
            for client in 0..<8 {
                clients.enter()
                Thread.detachNewThread {
                    var random = SeededGenerator(seed: seed &* 100 &+ UInt64(client))
                    for _ in 0..<150 {
                        let number = Int64.random(in: 0..<Int64(Self.modelCount), using: &random)
                        if let fault = self.use(number, manager) { faults.withLock { $0.append(fault) } }
                        answers.wrappingAdd(1, ordering: .relaxed)
                        let live = backend.liveModels
                        if live > Self.room { faults.withLock { $0.append("\(live) models in memory") } }
                    }
                    clients.leave()
                }
            }
            clients.notify(queue: .global()) { continuation.resume() }
        }
        #expect(faults.withLock { $0 } == [])
        #expect(answers.load(ordering: .relaxed) == 1200)
        #expect(repository.log.count(of: "makes room for other models") > 0)
        await manager.shutdown()
        #expect(backend.liveModels == 0)
    }

    /// Has a model add to 0; returns what went wrong.
    private func use(_ number: Int64, _ manager: ModelManager) -> String? {
        let done = DispatchSemaphore(value: 0)
        let fault = Mutex<String?>("no answer")
        let request = InferenceRequest.forTesting("m\(number)", [.forTesting("X", .int64, [1], [Int64(0)])])
        let answer: @Sendable (Result<any Servable, ServingError>) -> Void = { result in
            switch result {
            case .failure(let error):
                fault.withLock { $0 = error.message }
                done.signal()
            case .success(let servable):
                servable.enqueue(
                    request,
                    ResponseSender { event in
                        withExtendedLifetime(servable) {
                            fault.withLock { $0 = Self.fault(of: event, number) }
                            done.signal()
                        }
                    })
            }
        }
        do throws(ServingError) {
            switch try manager.lookUp("m\(number)", nil) {
            case .servable(let servable): answer(.success(servable))
            case .absent(let wait): wait.start(answer)
            }
        } catch {
            return error.message
        }
        guard done.wait(timeout: .now() + 120) == .success else { return "no answer within 120 s" }
        return fault.withLock { $0 }
    }

    private static func fault(of event: ResponseSender.Event, _ number: Int64) -> String? {
        switch event {
        case .final(let response):
            let found = response.outputs[0].elements(Int64.self)[0]
            return found == number ? nil : "m\(number) added \(found)"
        case .failed(let error): return error.message
        case .partial, .finished: return "\(event)"
        }
    }
}
