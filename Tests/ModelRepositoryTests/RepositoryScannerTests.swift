import Foundation
import InferenceTypes
import ModelConfiguration
import Testing

@testable import ModelRepository

/// Reading repositories: layout, names, stamps.
struct RepositoryScannerTests {
    private func scanned(_ repository: TemporaryRepository, configurationName: String? = nil) throws -> RepositoryScan {
        try RepositoryScanner(repositories: [repository.path], configurationName: configurationName).scan()
    }

    @Test func readsModelsVersionsAndConfiguration() throws {
        let repository = try TemporaryRepository()
        try repository.write("m/config.pbtxt", "name: \"m\"")
        try repository.write("m/1/model.pt")
        try repository.write("m/10/model.pt")
        try repository.write("file", "not a directory")
        let scan = try scanned(repository)
        #expect(scan.models.keys.sorted() == ["m"])
        let model = try #require(scan.models["m"]?.first)
        #expect(model.versions == [1: "\(repository.path)/m/1", 10: "\(repository.path)/m/10"])
        #expect(model.configurationText == Array("name: \"m\"".utf8))
        #expect(model.configurationPath == "\(repository.path)/m/config.pbtxt")
        #expect(model.listing == ModelDirectoryListing(firstSubdirectory: "1", files: ["model.pt"]))
    }

    @Test func hiddenAndForeignDirectoriesAreIgnoredWithADebugNote() throws {
        let repository = try TemporaryRepository()
        for name in [".git", "lost+found", ".ipynb_checkpoints", "__pycache__"] { try repository.write("\(name)/1/x") }
        try repository.write("m/1/model.pt")
        try repository.write("m/.cache/x")
        let scan = try scanned(repository)
        #expect(scan.models.keys.sorted() == ["m"])
        #expect(scan.models["m"]?.first?.versions.keys.sorted() == [1])
        #expect(scan.notes.count == 5)
        #expect(scan.notes.allSatisfy { $0.level == .debug })
    }

    @Test func versionNamesFollowTritonsRules() {
        #expect(VersionDirectoryName("3") == .version(3))
        #expect(VersionDirectoryName("0") == .version(0))
        #expect(VersionDirectoryName("3abc") == .version(3))
        #expect(VersionDirectoryName("03") == .leadingZero)
        #expect(VersionDirectoryName("abc") == .notANumber)
        #expect(VersionDirectoryName("-1") == .notANumber)
        #expect(VersionDirectoryName("99999999999999999999") == .notANumber)
        for name in ["warmup", "initial_state", "configs"] { #expect(VersionDirectoryName(name) == .reserved) }
    }

    @Test func plainNumberWinsOverANumberWithASuffix() throws {
        let repository = try TemporaryRepository()
        try repository.write("m/3/model.pt")
        try repository.write("m/3.old/model.pt")
        try repository.write("m/007/model.pt")
        try repository.write("m/data/x")
        let scan = try scanned(repository)
        #expect(scan.models["m"]?.first?.versions == [3: "\(repository.path)/m/3"])
        #expect(scan.notes.filter { $0.level == .warning }.count == 3)
    }

    @Test func namedConfigurationIsPreferred() throws {
        let repository = try TemporaryRepository()
        try repository.write("m/config.pbtxt", "plain")
        try repository.write("m/configs/big.pbtxt", "big")
        try repository.write("n/config.pbtxt", "plain")
        let scan = try scanned(repository, configurationName: "big")
        #expect(scan.models["m"]?.first?.configurationText == Array("big".utf8))
        #expect(scan.models["n"]?.first?.configurationText == Array("plain".utf8))
    }

    @Test func sameNameInTwoRepositoriesGivesBoth() throws {
        let first = try TemporaryRepository()
        let second = try TemporaryRepository()
        try first.write("m/1/x")
        try second.write("m/1/x")
        let scanner = RepositoryScanner(repositories: [second.path + "/", first.path, first.path])
        #expect(scanner.repositories == [first.path, second.path].sorted())
        let scan = try scanner.scan()
        #expect(scan.models["m"]?.map(\.path) == [first.path + "/m", second.path + "/m"].sorted())
        #expect(scan.fingerprint(of: "m").count == 2)
    }

    @Test func unreadableRepositoryIsAnErrorAndNotAnEmptyOne() throws {
        let repository = try TemporaryRepository()
        let scanner = RepositoryScanner(repositories: [repository.path, repository.path + "/nosuch"])
        #expect(throws: ServingError.self) { try scanner.scan() }
    }

    @Test func configurationBeyondTheLimitIsAnErrorOfItsModelOnly() throws {
        let repository = try TemporaryRepository()
        try repository.write("big/config.pbtxt", String(repeating: "#", count: 2000))
        try repository.write("small/config.pbtxt", "#")
        var limits = RepositoryScanner.Limits()
        limits.configurationBytes = 1000
        let scan = try RepositoryScanner(repositories: [repository.path], limits: limits).scan()
        #expect(scan.models.keys.sorted() == ["small"])
        #expect(scan.unreadable["big"]?.message.contains("limit of 1000 bytes") == true)
    }

    @Test func everyKindOfChangeMovesTheStamps() throws {
        let repository = try TemporaryRepository()
        try repository.write("m/config.pbtxt", "a")
        try repository.write("m/1/deep/er/model.pt", "a")
        var last = try #require(scanned(repository).models["m"]?.first?.stamps)
        func expectChange(_ what: String, _ edit: () throws -> Void) throws {
            try edit()
            let next = try #require(scanned(repository).models["m"]?.first?.stamps)
            #expect(next != last, "\(what) was not noticed")
            last = next
        }
        try expectChange("new content deep below") { try repository.write("m/1/deep/er/model.pt", "b") }
        // An old modification time does not hide the change: the status change time counts.
        try expectChange("old time stamp") { try repository.touch("m/1/deep/er/model.pt", secondsAgo: 100_000) }
        try expectChange("new file") { try repository.write("m/labels.txt", "a") }
        try expectChange("deleted file") { try repository.remove("m/labels.txt") }
        try expectChange("deleted version file") { try repository.remove("m/1/deep/er/model.pt") }
        let same = try #require(scanned(repository).models["m"]?.first?.stamps)
        #expect(same == last)
    }

    @Test func onlyTheTouchedVersionHasOtherFiles() throws {
        let repository = try TemporaryRepository()
        try repository.write("m/config.pbtxt", "a")
        try repository.write("m/1/model.pt", "a")
        try repository.write("m/2/model.pt", "a")
        let before = try #require(scanned(repository).models["m"]?.first)
        try repository.write("m/2/model.pt", "b")
        try repository.write("m/config.pbtxt", "b")
        let after = try #require(scanned(repository).models["m"]?.first)
        #expect(after.hasSameFiles(as: before, forVersion: 1))
        #expect(!after.hasSameFiles(as: before, forVersion: 2))
        try repository.write("m/labels.txt", "a")
        let labelled = try #require(scanned(repository).models["m"]?.first)
        #expect(!labelled.hasSameFiles(as: after, forVersion: 1))
    }

    @Test func linkThatLeadsUpwardsDoesNotLeadInCircles() throws {
        let repository = try TemporaryRepository()
        try repository.write("m/1/model.pt")
        try FileManager.default.createSymbolicLink(
            atPath: "\(repository.path)/m/1/loop", withDestinationPath: "\(repository.path)/m")
        let scan = try scanned(repository)
        #expect(scan.models["m"]?.first?.versions.keys.sorted() == [1])
        #expect(!scan.notes.contains { $0.level == .warning })
    }
}
