#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How the system shares cores between the threads of this process.
enum ThreadPriority {
    /// The nice value of threads that load models: beside threads that serve they get a hundredth of a core that both want,
    /// and all of one that nobody else wants.
    static let backgroundNiceness: Int32 = 19

    /// Puts the calling thread behind those that serve. It cannot go back without privileges, and threads that it starts
    /// inherit it.
    static func enterBackground() {
        #if canImport(Darwin)
            pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0)
        #else
            // Linux keeps a nice value for each thread, against POSIX: 0 is the calling one.
            setpriority(process, 0, backgroundNiceness)
            // Schedulers may let a nice thread finish its slice of milliseconds; one of this policy makes way at once.
            var parameters = sched_param()
            _ = sched_setscheduler(0, idlePolicy, &parameters)
        #endif
    }

    /// The nice value of the calling thread.
    static var niceness: Int32 { getpriority(process, 0) }

    #if !canImport(Darwin)
        /// SCHED_IDLE, which C libraries declare for GNU sources only.
        private static let idlePolicy: Int32 = 5
    #endif

    #if canImport(Glibc)
        private static let process = Int32(PRIO_PROCESS.rawValue)
    #else
        private static let process = PRIO_PROCESS
    #endif
}
