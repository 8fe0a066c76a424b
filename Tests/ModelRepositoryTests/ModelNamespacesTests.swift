import ModelRepository
import Testing

struct ModelNamespacesTests {
    private var namespaces: ModelNamespaces {
        var namespaces = ModelNamespaces()
        for (name, namespace) in [("m", "/a"), ("m", "/b"), ("only", "/b"), ("plain", "")] {
            namespaces.insert(name, in: namespace)
        }
        return namespaces
    }

    @Test func modelsAreKnownByNamespaceAndName() {
        #expect(namespaces.qualifiedNames(of: "m") == ["/a::m", "/b::m"])
        #expect(namespaces.qualifiedNames(of: "plain") == ["plain"])
        #expect(namespaces.qualifiedNames(of: "nosuch") == ["nosuch"])
    }

    @Test func composingModelIsLookedForInTheEnsemblesNamespaceAndThenEverywhere() {
        #expect(namespaces.namespace(ofComposing: "m", in: "/a") == "/a")
        #expect(namespaces.namespace(ofComposing: "only", in: "/a") == "/b")
        #expect(namespaces.namespace(ofComposing: "m", in: "/c") == nil)
        #expect(namespaces.namespace(ofComposing: "nosuch", in: "/a") == nil)
    }
}
