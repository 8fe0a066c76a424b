/// The first pass over the arguments of `nereid serve`: every flag is looked up in the table of known flags, so that a
/// command line written for Triton is either acted on or told, flag by flag, what has no effect.
struct ServeArguments: Equatable {
    /// For `ServeCommand`: `--name=value` or `--name`, full names.
    private(set) var acted: [String] = []
    /// One sentence for each flag that was accepted without effect.
    private(set) var warnings: [String] = []

    /// Reads `--name=value` and `--name value`. As with getopt, a name may be cut to any unambiguous beginning.
    ///
    /// - Throws: `CommandLineError` for unknown or ambiguous flags, missing values, surplus values and bad values.
    init(_ arguments: [String]) throws(CommandLineError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "-h" || argument == "--help" || argument == "--version" {
                acted.append(argument)
                continue
            }
            guard argument.hasPrefix("--"), argument.count > 2 else {
                throw CommandLineError("unexpected argument '\(argument)'; flags of `nereid serve` start with '--'.")
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let flag = try Self.flag(named: parts.first.map(String.init) ?? "")
            try add(flag, attached: parts.count > 1 ? String(parts[1]) : nil, rest: &rest)
        }
    }

    private mutating func add(
        _ flag: ServerFlag, attached: String?, rest: inout ArraySlice<String>
    ) throws(CommandLineError) {
        guard flag.takesValue else {
            if let attached { throw CommandLineError("--\(flag.name) takes no value, but '\(attached)' was given.") }
            acted.append("--\(flag.name)")
            return
        }
        guard let value = attached ?? rest.popFirst() else {
            throw CommandLineError("--\(flag.name) needs a value: --\(flag.name)=<value>.")
        }
        switch flag.handling {
        // The parser of the options takes an empty value only as an argument of its own.
        case .acted: acted += value.isEmpty ? ["--\(flag.name)", ""] : ["--\(flag.name)=\(value)"]
        case .accepted(let kind, let reason, let silent):
            if let allowed = kind.problem(with: value) {
                throw CommandLineError("the value '\(value)' is invalid for --\(flag.name): expected \(allowed).")
            }
            guard !silent.contains(value.lowercased()) else { return }
            warnings.append("--\(flag.name) is accepted but has no effect: \(reason)")
        }
    }

    private static func flag(named name: String) throws(CommandLineError) -> ServerFlag {
        if let flag = ServerFlag.all.first(where: { $0.name == name }) { return flag }
        let longer = name.isEmpty ? [] : ServerFlag.all.filter { $0.name.hasPrefix(name) }
        if let flag = longer.first, longer.count == 1 { return flag }
        if !longer.isEmpty {
            let names = longer.prefix(4).map { "--" + $0.name }
            throw CommandLineError(
                "--\(name) is ambiguous: it could be \(FlagValue.list(names))\(longer.count > 4 ? " ..." : ".")")
        }
        let suggestion = NearestName.of(name, among: ServerFlag.all.map(\.name))
        throw CommandLineError(
            "unknown flag '--\(name)'"
                + (suggestion.map { "; did you mean '--\($0)'?" } ?? "; `nereid serve --help` lists the flags."))
    }
}
