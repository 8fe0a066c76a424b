import ArgumentParser
import Foundation

/// The start of the process: reads the command line, runs a command, and turns its outcome into an exit status.
@main
enum Entry {
    static func main() async {
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// 0 for success, 1 for everything else, as Triton has it.
    private static func run(_ arguments: [String]) async -> Int32 {
        do {
            let line = try RootArguments(arguments)
            var command = try NereidCommand.parseAsRoot(line.arguments)
            if let serve = command as? ServeCommand {
                return try await serve.serve(warnings: line.warnings)
            } else if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch let error as CommandLineError {
            report("\(error)\nSee 'nereid serve --help' for the flags.")
        } catch let error as StartupError {
            report("\(error)")
        } catch let error as ClientError {
            report("\(error)")
        } catch  where NereidCommand.exitCode(for: error).isSuccess {
            print(NereidCommand.fullMessage(for: error))
            return 0
        } catch {
            FileHandle.standardError.write(Data((NereidCommand.fullMessage(for: error) + "\n").utf8))
        }
        return 1
    }

    private static func report(_ text: String) {
        FileHandle.standardError.write(Data("Error: \(text)\n".utf8))
    }
}
