import ArgumentParser
import HTTPFrontend

struct HTTPTLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Serve HTTP with TLS only.", valueName: "boolean"), transform: FlagValue.boolean)
    var httpUseSsl = false

    @Option(
        help: ArgumentHelp("As above, and let in only clients with a certificate.", valueName: "boolean"),
        transform: FlagValue.boolean)
    var httpUseSslMutual = false

    @Option(help: ArgumentHelp("The server's certificate and those that lead to its root, PEM.", valueName: "file"))
    var httpServerCert = ""

    @Option(help: ArgumentHelp("The key of the server's certificate, PEM.", valueName: "file"))
    var httpServerKey = ""

    @Option(help: ArgumentHelp("The certificates that those of clients must lead to, PEM.", valueName: "file"))
    var httpRootCert = ""

    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        let flags = TLSFlags(
            prefix: "http", usesTLS: httpUseSsl, isMutual: httpUseSslMutual, certificate: httpServerCert,
            key: httpServerKey, roots: httpRootCert)
        configuration.http.tls = try flags.files(&configuration.warnings)
    }
}
