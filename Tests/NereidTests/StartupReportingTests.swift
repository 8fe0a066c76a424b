import Foundation
import ServingProtocol
import Testing

@testable import nereid

struct StartupReportingTests {
    private let table = ModelTable(rows: [
        ModelTable.Row(
            model: "bad_backend", version: 1, isReady: false,
            reason: "Invalid argument: unable to find backend library for backend 'nosuch', try specifying runtime on "
                + "the model configuration.", cure: "set 'backend' in config.pbtxt to one of: ensemble, pytorch"),
        ModelTable.Row(model: "speech", version: 1, isReady: true, reason: ""),
        ModelTable.Row(model: "speech", version: 3, isReady: true, reason: ""),
        ModelTable.Row(model: "no_version", version: nil, isReady: false, reason: "No model version was found"),
    ])

    @Test func modelsThatServeComeFirstAndFailedOnesLastWithCauseAndCure() {
        let lines = table.text(width: nil).split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst()
        let cells = lines.map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        #expect(cells.map { $0[0] } == ["speech", "speech", "bad_backend", "", "no_version"])
        #expect(cells.map { $0[1] } == ["1", "3", "1", "", "-"])
        #expect(cells[0][2] == "READY")
        #expect(cells[2][2].hasPrefix("UNAVAILABLE: Invalid argument: unable to find backend library"))
        #expect(cells[3][2] == "-> set 'backend' in config.pbtxt to one of: ensemble, pytorch")
        #expect(cells[4][2] == "Not loaded: No model version was found")
    }

    @Test(arguments: [60, 80, 200])
    func theTableFitsTheTerminal(width: Int) {
        #expect(table.text(width: width).split(separator: "\n").allSatisfy { $0.count <= width })
        #expect(table.text(width: width).contains("READY"))
    }

    @Test func modelsAreCountedNotVersions() {
        #expect(table.readyModelCount == 1)
        #expect(table.failedModelCount == 2)
    }

    @Test func theLastLineOfTheStart() {
        func text(
            _ host: String, ready: Int, failed: Int, _ duration: Duration = .milliseconds(417), isReady: Bool = true
        ) -> String {
            StartupSummary(
                duration: duration, addresses: [StartupSummary.address(scheme: "http", host: host, port: 8000)],
                readyModels: ready, failedModels: failed, isReady: isReady
            ).text
        }
        #expect(text("0.0.0.0", ready: 3, failed: 0) == "ready in 0.42 s · http://127.0.0.1:8000 · 3 models")
        #expect(text("::", ready: 1, failed: 2) == "ready in 0.42 s · http://[::1]:8000 · 1 model, 2 failed")
        #expect(text("fe80::1", ready: 0, failed: 0).contains("http://[fe80::1]:8000 · 0 models"))
        #expect(
            text("gpu7", ready: 0, failed: 0, .milliseconds(61_996)).hasPrefix("ready in 62.00 s · http://gpu7:8000"))
        #expect(
            text("::1", ready: 1, failed: 1, isReady: false)
                == "started in 0.42 s · http://[::1]:8000 · 1 model, 1 failed: not ready, "
                + "because of --strict-readiness=true")
        let both = StartupSummary(
            duration: .seconds(2), addresses: ["http://a:1", "grpc://a:2"], readyModels: 2, failedModels: 0,
            isReady: true)
        #expect(both.text == "ready in 2.00 s · http://a:1 · grpc://a:2 · 2 models")
        #expect(StartupSummary.seconds(.milliseconds(4)) == "0.00 s")
        #expect(StartupSummary.seconds(.milliseconds(1_050)) == "1.05 s")
    }

    @Test func progressOfLoading() {
        let entries = [
            ModelIndexEntry(name: "a", version: 1, state: .ready),
            ModelIndexEntry(name: "b", version: 1, state: .loading),
            ModelIndexEntry(name: "b", version: 2, state: .ready), ModelIndexEntry(name: "c"),
            ModelIndexEntry(name: "d", version: 1, state: .unavailable, reason: "broken"),
        ]
        let text = LoadingProgress.text(entries, after: .milliseconds(1200), width: nil)
        #expect(text == "loading models: 2 of 4 · b · 1.20 s")
        #expect(LoadingProgress.text(entries, after: .zero, width: 20) == "loading models: ...")
    }

    @Test(arguments: [
        ("unable to find backend library for backend 'x', try", "set 'backend' in config.pbtxt to one of: a, b"),
        (
            "at least one version must be available under the version policy of model 'm'",
            "add a version directory, such as m/1"
        ),
        ("instance group m_0 of model m has kind KIND_GPU but no GPUs are available", "KIND_CPU"),
        ("model is not unique across all model repositories", "rename the model"),
        ("ensemble e contains models that are not available or ambiguous: m", "the ensemble follows"),
        ("something else", nil as String?),
    ])
    func advice(reason: String, part: String?) {
        let cure = ModelLoadAdvice(backends: ["a", "b"]).cure(for: reason, model: "m")
        if let part {
            #expect(cure?.contains(part) == true)
        } else {
            #expect(cure == nil)
        }
    }

    @Test func repositoriesAreCheckedBeforeTheStart() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "repository-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try RepositoryCheck.check([folder.path])

        let missing = folder.appending(path: "none").path
        let first = #expect(throws: StartupError.self) { try RepositoryCheck.check([folder.path, missing]) }
        #expect(
            first?.description.hasPrefix("failed to stat file \(missing): the model repository does not exist") == true)

        let file = folder.appending(path: "file").path
        try Data("x".utf8).write(to: URL(fileURLWithPath: file))
        let second = #expect(throws: StartupError.self) { try RepositoryCheck.check([file]) }
        #expect(second?.description.hasPrefix("repository path is not a valid directory: '\(file)' is a file") == true)
    }

    @Test func theTorchShimIsSoughtNearTheExecutable() throws {
        let name = SharedLibraryPaths.torchShimName
        #expect(SharedLibraryPaths.torchShim(given: "/x.so", executable: "/opt/bin/nereid") == ["/x.so"])
        #expect(
            SharedLibraryPaths.torchShim(given: nil, executable: "/nowhere/opt/bin/nereid")
                == ["/nowhere/opt/bin/\(name)", "/nowhere/opt/lib/nereid/\(name)"])

        let checkout = FileManager.default.temporaryDirectory.appending(path: "checkout-\(UUID().uuidString)")
        let build = checkout.appending(path: ".build/x86_64/release")
        try FileManager.default.createDirectory(at: build, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: checkout) }
        try Data().write(to: checkout.appending(path: "Package.swift"))
        let paths = SharedLibraryPaths.torchShim(given: nil, executable: build.appending(path: "nereid").path)
        #expect(paths.count == 3)
        #expect(paths.last?.hasSuffix("/\(checkout.lastPathComponent)/.deps/libtorch/lib/\(name)") == true)
    }

    @Test func workThatTakesTooLongIsLeftBehind() async {
        #expect(await TimeLimit.finishes(within: .seconds(60)) {})
        let (never, continuation) = AsyncStream.makeStream(of: Void.self)
        #expect(
            await TimeLimit.finishes(within: .milliseconds(1)) {
                for await _ in never {}
            } == false)
        continuation.finish()
    }
}
