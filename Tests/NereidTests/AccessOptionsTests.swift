import ArgumentParser
import HTTPFrontend
import ServingProtocol
import GRPCFrontend
import Testing

@testable import nereid

@Suite struct AccessOptionsTests {
    private func configuration(_ arguments: String...) throws -> ServerConfiguration {
        try ServeCommand.parse(["--model-repository=/m"] + arguments).serverConfiguration()
    }

    private func message(_ arguments: String...) -> String {
        do {
            _ = try ServeCommand.parse(["--model-repository=/m"] + arguments).serverConfiguration()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private func refused(_ restricted: RestrictedAPIs, _ category: APICategory, _ key: String, _ value: String)
        -> String?
    {
        restricted.refusedKey(category) { $0 == key ? Array(value.utf8) : nil }
    }

    @Test func restrictions() throws {
        let found = try configuration(
            "--http-restricted-api=health,shared-memory:k1=v=1", "--http-restricted-api=trace:k2=v2",
            "--grpc-restricted-protocol=inference:k3=v3")
        let http = found.http.access.restrictedAPIs
        #expect(refused(http, .health, "k1", "v=1") == nil && refused(http, .sharedMemory, "k1", "v") == "k1")
        #expect(refused(http, .trace, "k1", "v=1") == "k2" && refused(http, .inference, "", "") == nil)
        let grpc = found.grpc.access.restrictedAPIs
        #expect(refused(grpc, .inference, "triton-grpc-protocol-k3", "v3") == nil)
        #expect(refused(grpc, .inference, "k3", "v3") == "triton-grpc-protocol-k3")
        #expect(try configuration().http.access.restrictedAPIs.isEmpty)
    }

    @Test func wrongRestrictionsAreRefusedInTritonsWords() {
        for text in ["health", "health:k", ":k=v", "health:=v", "health:k=", "health=k:v"] {
            #expect(
                message("--http-restricted-api=\(text)")
                    == "--http-restricted-api option format is '<config name>:<setting>=<value>'. Got \(text)")
        }
        #expect(
            message("--http-restricted-api=model-reposit,health:k1=v1").hasPrefix(
                "unknown restricted api 'model-reposit'"))
        #expect(
            message("--grpc-restricted-protocol=model-reposit,health:k1=v1").hasPrefix(
                "unknown restricted protocol 'model-reposit'"))
        #expect(
            message("--http-restricted-api=metadata,health:k1=v1", "--http-restricted-api=health:k2=v2")
                == "restricted api 'health' can not be specified in multiple config groups")
        #expect(
            message("--grpc-restricted-protocol=health,health:k1=v1")
                == "restricted protocol 'health' can not be specified in multiple config groups")
    }

    @Test func headerPatterns() throws {
        let found = try configuration("--http-header-forward-pattern=^x-", "--grpc-header-forward-pattern", "")
        #expect(found.http.access.forwardedHeaders?.matches("X-a".utf8) == true)
        #expect(found.grpc.access.forwardedHeaders == nil)
        #expect(
            message("--grpc-header-forward-pattern=(a")
                == "the value '(a' is invalid for --grpc-header-forward-pattern: missing ) at offset 2")
    }
}
