import InferenceTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the thread of a watcher waits on: the queue of inotify, and a pipe with commands. Closed with this object.
final class WatchDescriptors: Sendable {
    enum Command: UInt8, Sendable { case stop, refresh }

    #if os(Linux)
        let queue: Int32
    #endif
    private let reading: Int32
    private let writing: Int32

    #if os(Linux)
        init() throws(ServingError) {
            queue = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
            guard queue >= 0 else { throw Self.failure("no inotify instance (fs.inotify.max_user_instances)") }
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                let error = Self.failure("no pipe")
                close(queue)
                throw error
            }
            (reading, writing) = (ends[0], ends[1])
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
        }

        private static func failure(_ what: String) -> ServingError {
            ServingError(.unavailable, "\(what): \(String(cString: strerror(errno)))")
        }
    #endif

    deinit {
        #if os(Linux)
            close(queue)
        #endif
        close(reading)
        close(writing)
    }

    func send(_ command: Command) {
        var byte = command.rawValue
        // A full pipe has a command that says as much as this one; its reader is stopped by any `stop` in it.
        _ = write(writing, &byte, 1)
    }

    #if os(Linux)
        /// Waits for a command, or for events (`nil`).
        func next() -> Command? {
            while true {
                var waited = [
                    pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: queue, events: Int16(POLLIN), revents: 0),
                ]
                guard poll(&waited, nfds_t(waited.count), -1) > 0 else { continue }
                if let command = command() { return command }
                if waited[1].revents != 0 { return nil }
            }
        }

        /// Returns when there is a command, or after the time.
        func waitForCommand(milliseconds: Int32) {
            var waited = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
            poll(&waited, 1, milliseconds)
        }

        /// The commands sent so far, as one.
        private func command() -> Command? {
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(reading, &bytes, bytes.count)
            guard count > 0 else { return nil }
            return bytes[..<count].contains(Command.stop.rawValue) ? .stop : .refresh
        }

        /// Takes the events that have come, one after the other.
        func events<Value>(_ body: (WatchEvent) -> Value) -> [Value] {
            var values: [Value] = []
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 8)
            defer { buffer.deallocate() }
            while true {
                let count = read(queue, buffer.baseAddress, buffer.count)
                guard count > 0 else { return values }
                var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                while let (event, size) = WatchEvent.read(from: rest) {
                    values.append(body(event))
                    rest = UnsafeRawBufferPointer(rebasing: rest[size...])
                }
            }
        }
    #endif
}
