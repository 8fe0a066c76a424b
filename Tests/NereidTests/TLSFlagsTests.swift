import ArgumentParser
import GRPCFrontend
import HTTPFrontend
import ServerTransport
import Testing

@testable import nereid

struct TLSFlagsTests {
    private func configuration(_ arguments: [String]) throws -> ServerConfiguration {
        let line = try ServeArguments(["--model-repository=/m"] + arguments)
        return try ServeCommand.parse(line.acted).serverConfiguration(warnings: line.warnings)
    }

    private func tls(_ prefix: String, _ configuration: ServerConfiguration) -> TLSConfigurationFiles? {
        prefix == "http" ? configuration.http.tls : configuration.grpc.tls
    }

    @Test(arguments: ["http", "grpc"]) func certificatesAreTakenOver(prefix: String) throws {
        let files = ["--\(prefix)-server-cert=/c.pem", "--\(prefix)-server-key=/k.pem"]
        #expect(tls(prefix, try configuration([])) == nil)
        let simple = try configuration(files + ["--\(prefix)-use-ssl=true"])
        #expect(tls(prefix, simple) == TLSConfigurationFiles(certificateChain: "/c.pem", privateKey: "/k.pem"))
        #expect(tls(prefix == "http" ? "grpc" : "http", simple) == nil)
        #expect(simple.warnings == [])
        // Mutual TLS needs no second flag, as in Triton.
        let mutual = try configuration(files + ["--\(prefix)-use-ssl-mutual=1", "--\(prefix)-root-cert=/r.pem"])
        #expect(tls(prefix, mutual)?.clientRoots == "/r.pem")
        #expect(mutual.warnings == [])
    }

    @Test(arguments: ["http", "grpc"]) func flagsWithoutEffectAreTold(prefix: String) throws {
        let off = try configuration(["--\(prefix)-server-cert=/c.pem"])
        #expect(tls(prefix, off) == nil)
        #expect(
            off.warnings == [
                "--\(prefix)-server-cert has no effect without --\(prefix)-use-ssl=true; connections are NOT encrypted"
            ])
        let roots = try configuration([
            "--\(prefix)-use-ssl=true", "--\(prefix)-server-cert=/c.pem", "--\(prefix)-server-key=/k.pem",
            "--\(prefix)-root-cert=/r.pem",
        ])
        #expect(tls(prefix, roots)?.clientRoots == nil)
        #expect(roots.warnings == ["--\(prefix)-root-cert has no effect without --\(prefix)-use-ssl-mutual=true"])
    }

    @Test(arguments: ["http", "grpc"]) func missingFilesAreNamed(prefix: String) {
        let cases: [([String], String)] = [
            (
                ["--\(prefix)-use-ssl=true"],
                "--\(prefix)-use-ssl=true needs --\(prefix)-server-cert=<file>: the server's certificate, in PEM."
            ),
            (
                ["--\(prefix)-use-ssl=true", "--\(prefix)-server-cert=/c.pem"],
                "--\(prefix)-use-ssl=true needs --\(prefix)-server-key=<file>: the key of the server's certificate, in PEM."
            ),
            (
                [
                    "--\(prefix)-use-ssl-mutual=true", "--\(prefix)-server-cert=/c.pem",
                    "--\(prefix)-server-key=/k.pem",
                ],
                "--\(prefix)-use-ssl-mutual=true needs --\(prefix)-root-cert=<file>: "
                    + "the certificates that clients' own lead to, in PEM."
            ),
        ]
        for (arguments, message) in cases {
            #expect(throws: CommandLineError(message)) { try configuration(arguments) }
        }
    }
}
