import InferenceTypes
import ServingProtocol
import Testing

@Suite struct LogSettingsTests {
    @Test func whatIsGivenChanges() throws {
        let log = LogSettingsStore()
        var change = LogSettingsChange()
        change.info = false
        change.setVerboseLevel(.max)
        try change.setFormat("ISO8601", .http)
        let settings = log.update(change)
        #expect(!settings.info && settings.warning && settings.error)
        #expect(settings.verboseLevel == .max && settings.format == .iso8601)
        #expect(log.settings == settings && log.file.isEmpty)
        #expect(log.update(LogSettingsChange()) == settings)
    }

    @Test func anUnknownFormatIsRefused() {
        var change = LogSettingsChange()
        #expect(throws: ServingError(.unavailable, "invalid argument for --log_format, got: iso")) {
            try change.setFormat("iso", .http)
        }
        #expect(throws: ServingError(.invalidArgument, "invalid argument for log_format, got: iso")) {
            try change.setFormat("iso", .grpc)
        }
        #expect(change == LogSettingsChange())
    }
}
