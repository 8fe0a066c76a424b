public import InferenceTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Tells at once when something changes below the model repositories, by inotify.
///
/// It tells that something changed, not what: whoever is told reads the repositories. Changes that the system does not tell
/// of (made on another machine, or below a directory that could not be watched) are found by reading them now and then.
/// Where there is no inotify there are no watchers.
public final class RepositoryWatcher: Sendable {
    public enum Event: Sendable, Hashable {
        /// Something came, went or changed. Several changes in a short time are one event.
        case changed
        /// Directories are left out, for this reason. Told once, until all were watched in between.
        case incomplete(String)
    }

    /// How long after an event the next one is looked for: while a large file is written there are very many.
    static let pause: Int32 = 100

    private let repositories: [String]
    private let limits: WatchLimits
    private let descriptors: WatchDescriptors

    private init(_ repositories: [String], _ limits: WatchLimits, _ descriptors: WatchDescriptors) {
        self.repositories = repositories
        self.limits = limits
        self.descriptors = descriptors
    }

    /// - Parameters:
    ///   - directories: how many are watched at most.
    ///   - depth: how many levels below a model directory are watched.
    /// - Returns: `nil` where the system has no inotify.
    /// - Throws: if the system lends none.
    public static func make(
        repositories: [String], directories: Int, depth: Int
    ) throws(ServingError) -> RepositoryWatcher? {
        #if os(Linux)
            let limits = WatchLimits(directories: directories, depth: depth)
            return RepositoryWatcher(repositories, limits, try WatchDescriptors())
        #else
            return nil
        #endif
    }

    /// Looks at every directory again: for those that could not be watched, and those that a link now leads to.
    public func refresh() { descriptors.send(.refresh) }

    /// Lets `run` return.
    public func stop() { descriptors.send(.stop) }

    /// Watches until `stop`, on the calling thread. `report` first hears `.changed` when everything is watched.
    public func run(_ report: (Event) -> Void) {
        #if os(Linux)
            let tree = WatchedTree(queue: descriptors.queue, limits: limits)
            tree.watch(repositories)
            report(.changed)
            var gap: String?
            while true {
                if tree.gap != gap, let reason = tree.gap { report(.incomplete(reason)) }
                gap = tree.gap
                switch descriptors.next() {
                case .stop?: return
                case .refresh?: tree.watch(repositories)
                case nil:
                    if descriptors.events(tree.follow).contains(true) { report(.changed) }
                    if tree.hasMissedEvents {
                        tree.watch(repositories)
                        report(.changed)
                    }
                    descriptors.waitForCommand(milliseconds: Self.pause)
                }
            }
        #endif
    }
}

/// Bounds of what is watched.
struct WatchLimits: Sendable {
    var directories: Int
    var depth: Int
}
