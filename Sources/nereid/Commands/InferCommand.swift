import ArgumentParser
import NIOCore
import Observability

struct InferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "infer",
        abstract: "Send an inference request to a running server and print the answer.",
        discussion: """
            A value is a text for BYTES inputs, else numbers: 1.5, 1,2,3 or [[1,2],[3,4]]. A file is named with @: \
            .wav audio (mixed to one channel and resampled), .npy arrays, .json lists, .txt numbers, .bin raw \
            little-endian elements; for BYTES inputs any other file is one element.

            Example: nereid infer speech --input AUDIO=@jfk.wav
            """)

    @Argument(help: "The model's name.")
    var model: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "An input of the model; may be repeated. The name may be left out for a model with one input.",
            valueName: "NAME=VALUE|@file"))
    var input: [String] = []

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("An output to print; may be repeated. Default: all.", valueName: "NAME"))
    var output: [String] = []

    @Option(name: [.short, .long], help: "Where the server listens.")
    var url = "127.0.0.1:8000"

    @Option(help: ArgumentHelp("Default: the largest that is ready.", valueName: "version"))
    var modelVersion: Int64?

    @Option(
        help: ArgumentHelp(
            "What audio is resampled to. Default: the model's parameter sample_rate, else the file's own.",
            valueName: "Hz"),
        transform: FlagValue.integer(Resampler.rates))
    var sampleRate: Int?

    @Option(help: "How to print the answer.")
    var format = AnswerFormat.text

    @Option(
        help: ArgumentHelp("How long the server may take.", valueName: "seconds"),
        transform: FlagValue.integer(1...86400))
    var timeoutSecs = 300

    func run() async throws {
        let server: ServerURL
        do {
            server = try ServerURL(parsing: url)
        } catch {
            throw ClientError.invalidInput(error.description)
        }
        let client = InferenceClient(
            http: HTTPClient(url: server, timeout: .seconds(Int64(timeoutSecs))), modelName: model,
            modelVersion: modelVersion)
        let description = try await client.describeModel()
        let answer = try await client.infer(
            description, inputs: input.map { InputArgument(parsing: $0) }, outputs: output, sampleRate: sampleRate)
        let width = TerminalSize.columns(descriptor: 1)
        print(AnswerPrinter(format: format, width: width).text(answer), terminator: "")
    }
}
