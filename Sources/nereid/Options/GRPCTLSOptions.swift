import ArgumentParser
import GRPCFrontend

struct GRPCTLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Serve gRPC with TLS only.", valueName: "boolean"), transform: FlagValue.boolean)
    var grpcUseSsl = false

    @Option(
        help: ArgumentHelp("As above, and let in only clients with a certificate.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var grpcUseSslMutual = false

    @Option(help: ArgumentHelp("The server's certificate and those that lead to its root, PEM.", valueName: "file"))
    var grpcServerCert = ""

    @Option(help: ArgumentHelp("The key of the server's certificate, PEM.", valueName: "file"))
    var grpcServerKey = ""

    @Option(help: ArgumentHelp("The certificates that those of clients must lead to, PEM.", valueName: "file"))
    var grpcRootCert = ""

    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        let flags = TLSFlags(
            prefix: "grpc", usesTLS: grpcUseSsl, isMutual: grpcUseSslMutual, certificate: grpcServerCert,
            key: grpcServerKey, roots: grpcRootCert)
        configuration.grpc.tls = try flags.files(&configuration.warnings)
    }
}
