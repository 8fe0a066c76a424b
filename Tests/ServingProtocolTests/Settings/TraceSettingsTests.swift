import InferenceTypes
import Logging
import ServingProtocol
import Synchronization
import Testing

@Suite struct TraceSettingsTests {
    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func change(
        _ values: [(String, [String])], _ wording: SettingsWording = .http
    ) throws(ServingError) -> TraceSettingsChange {
        var change = TraceSettingsChange(wording)
        for (name, texts) in values { try change.set(name, to: texts) }
        return change
    }

    private static func shown(_ settings: TraceSettings) -> String {
        settings.entries.map { "\($0.name)=\($0.values.joined(separator: "+"))" }.joined(separator: " ")
    }

    @Test func entriesHaveTritonsNamesAndDefaults() {
        #expect(
            Self.shown(TraceSettings())
                == "trace_level=OFF trace_rate=1000 trace_count=-1 log_frequency=0 trace_file= trace_mode=triton")
        var settings = TraceSettings()
        settings.level = [.tensors, .timestamps]
        settings.mode = .opentelemetry
        settings.options = [.init(name: "url", value: "http://x")]
        #expect(
            Self.shown(settings)
                == "trace_level=TIMESTAMPS+TENSORS trace_rate=1000 trace_count=-1 trace_mode=opentelemetry url=http://x"
        )
    }

    @Test func modelsFallBackToTheServerAndTheServerToItsStart() throws {
        var initial = TraceSettings()
        initial.rate = 500
        let table = TraceSettingsTable(initial, logger: Self.silent)
        #expect(table.settings(ofModel: "m").rate == 500)
        let server = try table.update(Self.change([("trace_rate", ["5"]), ("trace_count", ["10"])]))
        #expect(server.rate == 5 && server.count == 10)
        let model = try table.update(Self.change([("trace_rate", ["3"])]), ofModel: "m")
        #expect(model.rate == 3 && model.count == 10)
        try table.update(Self.change([("trace_count", ["7"]), ("log_frequency", ["2"])]))
        #expect(table.settings(ofModel: "m").rate == 3 && table.settings(ofModel: "m").count == 7)
        #expect(table.settings(ofModel: "other").rate == 5)
        #expect(try table.update(Self.change([("trace_rate", [])]), ofModel: "m").rate == 5)
        let cleared = try table.update(
            Self.change([("trace_rate", []), ("trace_count", []), ("log_frequency", []), ("trace_level", [])]))
        #expect(cleared == initial && table.settings(ofModel: "m") == initial)
    }

    @Test func numbersAreReadAsTritonReadsThem() throws {
        let table = TraceSettingsTable(logger: Self.silent)
        #expect(try table.update(Self.change([("trace_rate", ["-5"])])).rate == 4_294_967_291)
        #expect(try table.update(Self.change([("trace_rate", [" \t+12abc"])])).rate == 12)
        #expect(try table.update(Self.change([("trace_count", ["-1"])])).count == -1)
        #expect(try table.update(Self.change([("nope", ["1", "2"])])).rate == 12)
    }

    @Test(
        arguments: [
            ("trace_rate", ["abc"], "Unable to parse 'trace_rate', got: abc"),
            ("trace_rate", [""], "Unable to parse 'trace_rate', got: "),
            ("trace_rate", ["1", "2"], "expect only 1 value for 'trace_rate'"),
            (
                "trace_rate", ["2147483648"],
                "Unable to parse 'trace_rate', value is out of range [ 0, 4294967295 ], got: 2147483648"
            ),
            (
                "trace_count", ["99999999999999999999"],
                "Unable to parse 'trace_count', value is out of range [ -1, 2147483647 ], got: 99999999999999999999"
            ),
            ("trace_count", ["-2"], "Unable to parse 'trace_count'. Expecting value >= -1, got:-2"),
            ("log_frequency", ["x"], "Unable to parse 'log_frequency', got: x"),
            ("trace_level", ["OFF", "TENSORS"], "Expect only one trace level 'OFF' is specified"),
        ])
    func wrongValuesAreRefused(name: String, values: [String], message: String) {
        #expect(throws: ServingError(.invalidArgument, message)) { try Self.change([(name, values)]) }
    }

    @Test func protocolsHaveTheirOwnWordsForTheCount() {
        #expect(
            throws: ServingError(
                .invalidArgument, "Unable to parse 'trace_count'. Expecting value >= -1, got: -2")
        ) {
            try Self.change([("trace_count", ["-2"])], .grpc)
        }
    }

    @Test func theFileStaysWhereItIs() {
        #expect(
            throws: ServingError(.unsupported, "trace file location can not be updated through network protocol")
        ) {
            try Self.change([("trace_file", [])])
        }
    }

    @Test func whatCouldNotBeTracedChangesNothing() throws {
        let table = TraceSettingsTable(logger: Self.silent)
        #expect(
            throws: ServingError(
                .invalidArgument, "Attempting to set invalid trace setting :trace file name is not given")
        ) {
            try table.update(Self.change([("trace_level", ["TIMESTAMPS"]), ("trace_rate", ["5"])]))
        }
        #expect(table.settings() == TraceSettings())
        #expect(try table.update(Self.change([("trace_level", ["NOPE"])])).level.isEmpty)
    }

    @Test func aServersChangeMustSuitItsModels() throws {
        var initial = TraceSettings()
        initial.file = "/tmp/trace"
        let table = TraceSettingsTable(initial, logger: Self.silent)
        #expect(try table.update(Self.change([("trace_level", ["TENSORS"])]), ofModel: "m").level == .tensors)
        #expect(
            throws: ServingError(
                .invalidArgument, "Attempting to set invalid trace setting :sample rate must be non-zero")
        ) {
            try table.update(Self.change([("trace_rate", ["0"])]))
        }
        #expect(table.settings().rate == 1000)
        try table.update(Self.change([("trace_level", ["OFF"])]), ofModel: "m")
        #expect(try table.update(Self.change([("trace_rate", ["0"])])).rate == 0)
    }
}
