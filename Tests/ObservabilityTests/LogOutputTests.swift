import Foundation
import Logging
import Observability
import ServingProtocol
import Testing

struct LogOutputTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString).txt").path

    private func written() throws -> [String] {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }

    @Test func settingsChooseTheLines() throws {
        let levels: [(LogSettings, String)] = [
            (settings { _ in }, "info notice warning error critical"),
            (settings { $0.info = false }, "warning error critical"),
            (
                settings {
                    $0.info = false; $0.warning = false
                }, "error critical"
            ),
            (settings { $0.error = false }, "info notice warning"),
            (settings { $0.verboseLevel = 1 }, "debug info notice warning error critical"),
            (settings { $0.verboseLevel = 2 }, "trace debug info notice warning error critical"),
        ]
        for (settings, expected) in levels {
            let output = try LogOutput(path: path, settings: settings)
            let logger = ServerLogHandler.logger(label: "test", output: output)
            for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
            let words = try written().map { $0.split(separator: "\"")[1] }.joined(separator: " ")
            #expect(words == expected)
        }
    }

    @Test func linesCarrySourceAndMetadata() throws {
        let output = try LogOutput(path: path, settings: LogSettings())
        var logger = ServerLogHandler.logger(label: "test", output: output)
        logger[metadataKey: "model"] = "m"
        logger.warning("careful", metadata: ["version": "3"])
        let line = try #require(try written().first)
        #expect(line.hasPrefix("W"))
        #expect(line.contains(" LogOutputTests.swift:"))
        #expect(line.hasSuffix("] \"careful\" model=m version=3"))
    }

    @Test func settingsMayChangeWhileRunning() throws {
        let output = try LogOutput(path: path, settings: LogSettings())
        let logger = ServerLogHandler.logger(label: "test", output: output)
        logger.debug("hidden")
        output.update {
            $0.verboseLevel = 1
            $0.format = .iso8601
        }
        logger.debug("shown")
        let lines = try written()
        #expect(lines.count == 1)
        #expect(lines.first?.contains("Z I ") == true)
    }

    @Test func linesOfManyThreadsAreNeverMixed() async throws {
        let output = try LogOutput(path: path, settings: LogSettings())
        let payload = String(repeating: "x", count: 2000)
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    let logger = ServerLogHandler.logger(label: "worker", output: output)
                    for _ in 0..<50 { logger.info("\(worker)\(payload)\(worker)") }
                }
            }
        }
        let lines = try written()
        #expect(lines.count == 200)
        let whole = lines.filter { line in
            (0..<4).contains { line.hasSuffix("] \"\($0)\(payload)\($0)\"") }
        }
        #expect(whole.count == 200)
    }

    @Test func aFileThatCannotBeOpenedIsNamed() {
        let error = #expect(throws: LogFileError.self) {
            try LogOutput(path: "/no/such/directory/log.txt", settings: LogSettings())
        }
        #expect(
            error?.description == "cannot open the log file '/no/such/directory/log.txt': No such file or directory")
    }

    @Test func noStatusLineWithoutATerminal() throws {
        let output = try LogOutput(path: path, settings: LogSettings())
        output.show(status: "loading 1 of 2")
        output.write(block: "table\n")
        #expect(try written() == ["table"])
    }

    private func settings(_ change: (inout LogSettings) -> Void) -> LogSettings {
        var settings = LogSettings()
        change(&settings)
        return settings
    }
}
