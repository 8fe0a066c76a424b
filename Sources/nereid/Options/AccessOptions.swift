import ArgumentParser
import GRPCFrontend
import HTTPFrontend
import ServingProtocol

struct AccessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Open APIs only to HTTP requests whose header <key> is <value>; may be repeated. APIs: "
                + APICategory.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "api,...:key=value"))
    var httpRestrictedApi: [String] = []

    @Option(
        help: ArgumentHelp(
            "The same for gRPC calls, whose metadata key is \(RestrictedAPIs.metadataPrefix)<key>.",
            valueName: "protocol,...:key=value"))
    var grpcRestrictedProtocol: [String] = []

    @Option(
        help: ArgumentHelp(
            "HTTP headers whose names match become parameters of their requests. The case of letters does not matter.",
            valueName: "regular expression"))
    var httpHeaderForwardPattern = ""

    @Option(help: ArgumentHelp("The same for the metadata of gRPC calls.", valueName: "regular expression"))
    var grpcHeaderForwardPattern = ""

    func apply(to configuration: inout ServerConfiguration) throws(CommandLineError) {
        configuration.http.access.restrictedAPIs = try Self.restrictedAPIs(
            httpRestrictedApi, flag: "http-restricted-api", kind: "api", keyPrefix: "")
        configuration.grpc.access.restrictedAPIs = try Self.restrictedAPIs(
            grpcRestrictedProtocol, flag: "grpc-restricted-protocol", kind: "protocol",
            keyPrefix: RestrictedAPIs.metadataPrefix)
        configuration.http.access.forwardedHeaders = try Self.pattern(
            httpHeaderForwardPattern, flag: "http-header-forward-pattern")
        configuration.grpc.access.forwardedHeaders = try Self.pattern(
            grpcHeaderForwardPattern, flag: "grpc-header-forward-pattern")
    }

    /// Each text is `<category>[,<category>...]:<key>=<value>`.
    private static func restrictedAPIs(
        _ texts: [String], flag: String, kind: String, keyPrefix: String
    ) throws(CommandLineError) -> RestrictedAPIs {
        var restricted = RestrictedAPIs()
        for text in texts {
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex,
                let equals = text[colon...].firstIndex(of: "="), equals != text.index(after: colon),
                text.index(after: equals) != text.endIndex
            else {
                throw CommandLineError(
                    "--\(flag) option format is '<config name>:<setting>=<value>'. Got \(text)")
            }
            let key = String(text[text.index(after: colon)..<equals])
            let value = String(text[text.index(after: equals)...])
            for name in text[..<colon].split(separator: ",", omittingEmptySubsequences: false) {
                guard let category = APICategory(rawValue: String(name)) else {
                    throw CommandLineError(
                        "unknown restricted \(kind) '\(name)'; expected "
                            + "\(FlagValue.list(APICategory.allCases.map(\.rawValue))).")
                }
                guard !restricted.isRestricted(category) else {
                    throw CommandLineError(
                        "restricted \(kind) '\(name)' can not be specified in multiple config groups")
                }
                restricted.restrict(category, key: keyPrefix + key, value: value)
            }
        }
        return restricted
    }

    private static func pattern(_ text: String, flag: String) throws(CommandLineError) -> HeaderPattern? {
        guard !text.isEmpty else { return nil }
        do throws(PatternError) {
            return try HeaderPattern(text)
        } catch {
            throw CommandLineError("the value '\(text)' is invalid for --\(flag): \(error)")
        }
    }
}
