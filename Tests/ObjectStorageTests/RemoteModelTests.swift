import Testing

@testable import ObjectStorage

struct RemoteModelTests {
    private func models(_ keys: [String], prefix: String = "repo/") -> [String: RemoteModel] {
        RemoteModel.models(
            of: keys.map { StoredObject(key: $0, size: $0.hasSuffix("/") ? 0 : 3, entityTag: "t") }, below: prefix)
    }

    @Test func objectsAreSortedByModel() {
        let found = models([
            "repo/", "repo/readme.md", "repo/a/config.pbtxt", "repo/a/1/model.pt", "repo/a/2/", "repo/b/",
            "repo/.hidden/x", "elsewhere/c/1/model.pt",
        ])
        #expect(found.keys.sorted() == ["a", "b"])
        #expect(found["a"]?.objects.keys.sorted() == ["1/model.pt", "config.pbtxt"])
        #expect(found["a"]?.directories == ["2"])
        #expect(found["b"] == RemoteModel())
    }

    @Test(arguments: [
        "repo/bad/../../../etc/passwd", "repo/bad/..", "repo/bad/./x", "repo/bad//x", "repo/bad//etc/passwd",
        "repo/bad/a\u{1}b", "repo/bad/x\u{7F}", "repo/bad/\(String(repeating: "x", count: 256))", "repo/bad/a//",
        "repo/bad/" + String(repeating: "d/", count: 40) + "f",
        "repo/bad/" + String(repeating: "long-name/", count: 110),
    ])
    func aHostileKeyMakesItsModelUnusableAndNoOther(_ key: String) {
        let found = models(["repo/good/1/model.pt", "repo/bad/1/model.pt", key])
        #expect(found["good"]?.fault == nil)
        #expect(found["good"]?.objects.count == 1)
        #expect(found["bad"]?.fault?.contains("the key") == true)
    }

    @Test(arguments: ["repo/../x", "repo/./x", "repo//x", "repo/a\u{0}b/x"])
    func aHostileModelNameIsPassedOver(_ key: String) { #expect(models([key]).isEmpty) }

    @Test func aFileThatIsADirectoryToo() {
        #expect(models(["repo/m/1", "repo/m/1/model.pt"])["m"]?.fault?.contains("an object and a directory") == true)
        #expect(models(["repo/m/1/", "repo/m/1"])["m"]?.fault?.contains("an object and a directory") == true)
        #expect(models(["repo/m/1", "repo/m/10/model.pt"])["m"]?.fault == nil)
    }

    @Test func aDirectoryWithContentIsRefused() {
        let objects = [StoredObject(key: "m/1/", size: 5, entityTag: "t")]
        #expect(RemoteModel.models(of: objects, below: "")["m"]?.fault?.contains("has content") == true)
    }

    @Test func recordsComeBackAsTheyWere() throws {
        let digest = String(repeating: "0f", count: 32)
        let record = RepositoryRecord(models: [
            "a b": ModelManifest(
                files: ["1/model one.pt": .init(size: 7, entityTag: "\"t 1\"", digest: digest)], directories: ["2"]),
            "empty": ModelManifest(),
        ])
        #expect(RepositoryRecord(parsing: record.text) == record)
    }

    @Test(arguments: [
        "", "nereid repository 2\n", "nereid repository 1\nmodel a", "nereid repository 1\nfile x 1 2 3\n",
        "nereid repository 1\nmodel ..\n", "nereid repository 1\nmodel a\ndirectory ..%2Fx\n",
        "nereid repository 1\nmodel a\nfile x 1 \(String(repeating: "z", count: 64)) t\n",
        "nereid repository 1\nmodel a\nfile %2Fetc%2Fpasswd 1 \(String(repeating: "0", count: 64)) t\n",
    ])
    func damagedRecordsAreNotRead(_ text: String) { #expect(RepositoryRecord(parsing: text) == nil) }
}
