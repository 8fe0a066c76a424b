package import InferenceTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Starts threads of the operating system: for work that blocks, and that must stay on one thread.
package enum OSThread {
    /// What models that recurse deeply are used to: glibc's default for a main thread.
    static let stackBytes = 8 << 20

    /// Runs `body` on a new thread, which ends with it. Nothing waits for the thread.
    ///
    /// - Parameter name: shown by the system's tools, which cut it after 15 bytes.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(ServingError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))

        let start = Unmanaged.passRetained(Start(name: name, body: body))
        #if canImport(Darwin)
            var thread: pthread_t?
            let status = pthread_create(&thread, &attributes, { OSThread.run($0) }, start.toOpaque())
        #else
            var thread = pthread_t()
            let status = pthread_create(&thread, &attributes, { OSThread.run($0) }, start.toOpaque())
        #endif
        guard status == 0 else {
            start.release()
            throw ServingError(
                .unavailable, "cannot start a thread for '\(name)': \(String(cString: strerror(status)))")
        }
    }

    private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        nameThisThread(String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
        start.body()
        return nil
    }

    private static func nameThisThread(_ name: String) {
        #if canImport(Darwin)
            pthread_setname_np(name)
        #else
            // glibc hides pthread_setname_np behind _GNU_SOURCE, which Swift's module of it does not set.
            guard let file = fopen("/proc/thread-self/comm", "w") else { return }
            fputs(name, file)
            fclose(file)
        #endif
    }

    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
