import InferenceEngine
import InferenceTesting
import InferenceTypes
import ModelConfiguration
import ModelRepository
import Testing

/// Each repository is a namespace: the same model name may be in several.
struct ModelNamespacingTests {
    private func manager(_ repository: ManagedRepository, _ mode: ModelControlMode) -> ModelManager {
        repository.manager(mode, repositories: ["a", "b"]) { $0.usesNamespaces = true }
    }

    /// `models` and `ensembles` are paths below the root, such as `a/m`; an ensemble has one step.
    private func repository(models: [String], ensembles: [(String, of: String)] = []) throws -> ManagedRepository {
        let repository = try ManagedRepository()
        for path in ["a", "b"] { try repository.write(".keep", "", in: path) }
        for path in models {
            try repository.write("1/model.bin", "", in: path)
            try repository.write("config.pbtxt", ManagedRepository.configuration(), in: path)
        }
        for (path, model) in ensembles {
            try repository.write("1/.keep", "", in: path)
            try repository.write("config.pbtxt", ManagedRepository.ensemble(of: model), in: path)
        }
        return repository
    }

    private func namespaceOfStep(_ manager: ModelManager, _ ensemble: String) throws -> String? {
        try manager.resolve(ensemble, nil).configuration.ensemble?.steps.first?.modelNamespace
    }

    @Test func modelsOfTheSameNameAreReadySideBySide() async throws {
        let repository = try repository(models: ["a/m", "b/m", "b/other"])
        let manager = manager(repository, .none)
        let report = await manager.start()
        let root = repository.path
        #expect(report.rows.map(\.model) == ["\(root)/a::m", "\(root)/b::m", "\(root)/b::other"])
        #expect(!report.hasFailures && manager.isReady)
        #expect(
            try await manager.index(readyOnly: true) == [
                .init(name: "m", version: 1, state: .ready), .init(name: "m", version: 1, state: .ready),
                .init(name: "other", version: 1, state: .ready),
            ])
        #expect(manager.readyServables().map { $0.statistics.snapshot().name } == ["m", "m", "other"])
        #expect(repository.log.lines.contains("info: successfully loaded '\(root)/a::m'"))
    }

    @Test func nameInOneNamespaceIsFoundAndInTwoIsAmbiguous() async throws {
        let repository = try repository(models: ["a/m", "b/m", "b/other"])
        let manager = manager(repository, .none)
        _ = await manager.start()
        #expect(try manager.resolve("other", nil).name == "other")
        #expect(manager.readyVersions(of: "other") == [1])
        #expect(
            await errorMessage { _ = try manager.resolve("m", nil) }
                == "Invalid argument: There are 2 identifiers of model 'm' in global map, model namespace must be "
                + "provided to resolve ambiguity.")
        #expect(manager.isModelKnown("m") && !manager.isModelReady("m", version: nil))
        #expect(manager.readyVersions(of: "m") == [])
        for name in ["nosuch", "\(repository.path)/a::m"] {
            #expect(
                await errorMessage { _ = try manager.resolve(name, nil) }
                    == "Not found: Request for unknown model: '\(name)' is not found")
        }
    }

    @Test func stepsOfAnEnsembleAreLookedForInItsOwnNamespaceFirst() async throws {
        let repository = try repository(
            models: ["a/m", "b/m", "b/other"],
            ensembles: [("a/of_a", of: "m"), ("b/of_b", of: "m"), ("a/across", of: "other")])
        let manager = manager(repository, .none)
        #expect(await !manager.start().hasFailures)
        #expect(try namespaceOfStep(manager, "of_a") == repository.path + "/a")
        #expect(try namespaceOfStep(manager, "of_b") == repository.path + "/b")
        #expect(try namespaceOfStep(manager, "across") == repository.path + "/b")
        #expect(
            try manager.table.resolveComposingModel("\(repository.path)/b::m", nil)
                !== manager.table.resolveComposingModel("\(repository.path)/a::m", nil))
    }

    @Test func stepWhoseModelIsInSeveralOtherNamespacesIsRefused() async throws {
        let repository = try repository(models: ["a/m", "b/m"], ensembles: [("c/e", of: "m")])
        let manager = repository.manager(.explicit, repositories: ["a", "b", "c"]) { $0.usesNamespaces = true }
        #expect(
            await errorMessage { try await manager.load("e") }
                == "Invalid argument: load failed for model '\(repository.path)/c::e': ensemble "
                + "\(repository.path)/c::e contains models that are not available or ambiguous: m\n")
    }

    @Test func loadAndUnloadConcernEveryModelOfTheName() async throws {
        let repository = try repository(models: ["a/m", "b/m"], ensembles: [("b/e", of: "m")])
        let manager = manager(repository, .explicit)
        try await manager.load("e")
        // Its own namespace has the model that it needs; the other one is left alone.
        #expect(manager.readyServables().map(\.name) == ["e", "m"])
        try await manager.unload("e", unloadDependents: true)
        #expect(manager.readyServables().isEmpty)
        try await manager.load("m")
        #expect(manager.readyServables().map(\.name) == ["m", "m"])
        try await manager.unload("m")
        #expect(manager.readyServables().isEmpty)
    }

    @Test func eachModelThatFailsToLoadIsTold() async throws {
        let repository = try repository(models: ["a/m", "b/m"])
        repository.factory.fail("m:1", ServingError(.internal, "broken"))
        let manager = manager(repository, .explicit)
        let failures = ["a", "b"].map {
            "load failed for model '\(repository.path)/\($0)::m': version 1 is at UNAVAILABLE state: Internal: broken;\n"
        }
        #expect(await errorMessage { try await manager.load("m") } == "Invalid argument: " + failures.joined())
        #expect(try await manager.index(readyOnly: false).map(\.reason) == ["Internal: broken", "Internal: broken"])
    }

    @Test func faultyConfigurationInOneNamespaceLeavesTheOtherServing() async throws {
        let repository = try repository(models: ["a/m"])
        try repository.write("m/config.pbtxt", "nonsense", in: "b")
        let manager = manager(repository, .explicit)
        #expect(
            await errorMessage { try await manager.load("m") }?
                .hasPrefix("Internal: failed to load 'm', failed to poll from model repository: ") == true)
        #expect(try manager.resolve("m", nil).version == 1)
    }

    @Test func nameIsFoundAgainOnceItIsInOneNamespaceOnly() async throws {
        let repository = try repository(models: ["a/m", "b/m"])
        let manager = manager(repository, .poll)
        _ = await manager.start()
        #expect(await errorMessage { _ = try manager.resolve("m", nil) } != nil)
        try repository.remove("../a/m")
        await manager.poll()
        #expect(try manager.resolve("m", nil).version == 1)
    }
}
