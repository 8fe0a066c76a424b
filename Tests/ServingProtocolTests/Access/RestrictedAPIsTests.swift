import InferenceTypes
import ServingProtocol
import Testing

@Suite struct RestrictedAPIsTests {
    private func refused(_ restricted: RestrictedAPIs, _ category: APICategory, _ sent: [String: String]) -> String? {
        restricted.refusedKey(category) { sent[$0].map { Array($0.utf8) } }
    }

    @Test func onlyTheRightValueOpensARestrictedCategory() {
        var restricted = RestrictedAPIs()
        #expect(restricted.isEmpty && refused(restricted, .health, [:]) == nil)
        restricted.restrict(.health, key: "k1", value: "v1")
        restricted.restrict(.inference, key: "k2", value: "v2")
        #expect(!restricted.isEmpty && restricted.isRestricted(.health) && !restricted.isRestricted(.trace))
        #expect(refused(restricted, .trace, [:]) == nil)
        #expect(refused(restricted, .health, ["k1": "v1"]) == nil)
        for sent in [[:], ["k1": ""], ["k1": "v"], ["k1": "v11"], ["k1": "v2"], ["k2": "v1"], ["k1": "V1"]] {
            #expect(refused(restricted, .health, sent) == "k1")
        }
        #expect(refused(restricted, .inference, ["k2": "v2"]) == nil)
    }

    @Test func clientsAreToldTheKey() {
        #expect(RestrictedAPIs.httpMessage(key: "k") == "This API is restricted, expecting header 'k'")
        #expect(
            RestrictedAPIs.grpcError(key: RestrictedAPIs.metadataPrefix + "k")
                == ServingError(
                    .unavailable, "This protocol is restricted, expecting header 'triton-grpc-protocol-k'"))
    }

    @Test func categoriesHaveTritonsNames() {
        #expect(
            APICategory.allCases.map(\.rawValue) == [
                "health", "metadata", "inference", "shared-memory", "model-config", "model-repository", "statistics",
                "trace", "logging",
            ])
    }
}
