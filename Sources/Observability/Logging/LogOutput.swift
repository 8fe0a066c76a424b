#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
public import Logging
public import ServingProtocol
import Synchronization

/// `write(2)`, under a name that a method called `write` does not hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// Where log lines go: one file descriptor, written a whole line at a time.
///
/// Thread-safe. It also keeps the one status line that a terminal shows below the log, and the settings, which may
/// change while the server runs.
public final class LogOutput: LogControl {
    private struct State {
        var settings: LogSettings
        var status = ""
    }

    public let file: String
    private let descriptor: Int32
    private let closesDescriptor: Bool
    /// Whether lines go to a terminal, which shows colours and a status line.
    public let isTerminal: Bool
    private let usesColour: Bool
    private let processID = getpid()
    private let state: Mutex<State>

    /// Writes to a descriptor that the caller owns.
    public init(descriptor: Int32, settings: LogSettings, colour: Bool = true) {
        file = ""
        self.descriptor = descriptor
        closesDescriptor = false
        isTerminal = isatty(descriptor) == 1
        usesColour = isTerminal && colour
        state = Mutex(State(settings: settings))
    }

    /// Appends to the file at `path`, making it if needed.
    ///
    /// - Throws: `LogFileError` with the system's reason.
    public init(path: String, settings: LogSettings) throws(LogFileError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LogFileError(path: path, reason: String(cString: strerror(errno))) }
        file = path
        closesDescriptor = true
        isTerminal = false
        usesColour = false
        state = Mutex(State(settings: settings))
    }

    deinit {
        if closesDescriptor { close(descriptor) }
    }

    public var settings: LogSettings { state.withLock { $0.settings } }

    @discardableResult
    public func update(_ change: (inout LogSettings) -> Void) -> LogSettings {
        state.withLock { state in
            change(&state.settings)
            return state.settings
        }
    }

    public func allows(_ level: Logger.Level) -> Bool { state.withLock { $0.settings.allows(level) } }

    /// The terminal's width; `nil` where lines may be of any length.
    public var columns: Int? { TerminalSize.columns(descriptor: descriptor) }

    /// Formats and writes one line, if the settings let it through.
    func log(
        _ level: Logger.Level, message: String, metadata: [(key: String, value: String)], file: String, line: UInt
    ) {
        let entry = LogLine(
            severity: LogSeverity(level), time: .now(), processID: processID, file: file, line: line, message: message,
            metadata: metadata)
        state.withLock { state in
            guard state.settings.allows(level) else { return }
            write(coloured(entry.text(state.settings.format), entry.severity), under: state.status)
        }
    }

    /// Writes text of several lines as it is, in one piece; tables go this way.
    public func write(block text: String) {
        state.withLock { write(text, under: $0.status) }
    }

    /// Shows `text` as the last line of the terminal until it is replaced; an empty text removes it. Does nothing where
    /// the log does not go to a terminal.
    public func show(status text: String) {
        guard isTerminal else { return }
        state.withLock { state in
            guard state.status != text else { return }
            writeAll("\r\u{1b}[2K" + text)
            state.status = text
        }
    }

    private func write(_ text: String, under status: String) {
        writeAll(status.isEmpty ? text : "\r\u{1b}[2K" + text + status)
    }

    private func coloured(_ text: String, _ severity: LogSeverity) -> String {
        guard usesColour else { return text }
        let code: String
        switch severity {
        case .error: code = "31"
        case .warning: code = "33"
        case .info: code = "2"
        }
        // Only what stands before the message is coloured.
        guard let end = text.firstIndex(of: "]") else { return text }
        return "\u{1b}[\(code)m" + text[...end] + "\u{1b}[0m" + text[text.index(after: end)...]
    }

    /// A line that cannot be written is lost: there is nowhere to report it.
    private func writeAll(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                let written = systemWrite(descriptor, start, rest.count)
                if written > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
                } else if written < 0, errno == EINTR {
                    continue
                } else {
                    return
                }
            }
        }
    }
}
