#if os(Linux)
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// The directories that are watched, kept up to date as directories come and go.
    final class WatchedTree {
        private struct Directory {
            var path: String
            /// 0 is a repository.
            var level: Int
        }

        /// Why not every directory is watched; `nil` if every one is.
        private(set) var gap: String?
        /// Whether the system dropped events since everything was last looked at.
        private(set) var hasMissedEvents = false
        private let queue: Int32
        private let limits: WatchLimits
        /// By the number of the watch.
        private var directories: [Int32: Directory] = [:]

        init(queue: Int32, limits: WatchLimits) {
            self.queue = queue
            self.limits = limits
        }

        /// How many directories are watched.
        var count: Int { directories.count }

        /// Watches everything below the repositories, and nothing else any more.
        func watch(_ repositories: [String]) {
            gap = nil
            hasMissedEvents = false
            var seen: Set<Int32> = []
            for path in repositories { watch(path, level: 0, seen: &seen, revisits: true) }
            for number in directories.keys where !seen.contains(number) { forget(number) }
        }

        /// Returns whether the event tells of a change that matters.
        func follow(_ event: WatchEvent) -> Bool {
            if event.contains(IN_Q_OVERFLOW) {
                hasMissedEvents = true
                return true
            }
            if event.contains(IN_IGNORED) {
                directories[event.watch] = nil
                return false
            }
            guard let directory = directories[event.watch] else { return false }
            let path = directory.path + "/" + event.name
            let isDirectory = event.contains(IN_ISDIR)
            if event.contains(IN_MOVED_FROM), isDirectory { forget(below: path) }
            var isLink = false
            if event.contains(IN_CREATE, IN_MOVED_TO) {
                // Links to directories come without the mark of a directory.
                isLink = !isDirectory && FileStatus(path: path)?.isDirectory == true
                if isDirectory || isLink { watchNew(path, level: directory.level + 1, name: event.name) }
            }
            // Beside model directories a repository may hold anything.
            guard directory.level == 0, !event.name.isEmpty else { return true }
            return !RepositoryScanner.isForeign(event.name)
                && (isDirectory || isLink || event.contains(IN_DELETE, IN_MOVED_FROM))
        }

        private func watchNew(_ path: String, level: Int, name: String) {
            guard level > 1 || !RepositoryScanner.isForeign(name) else { return }
            var seen: Set<Int32> = []
            watch(path, level: level, seen: &seen, revisits: false)
        }

        /// - Parameters:
        ///   - seen: watches that this walk has met, so that links do not lead in circles.
        ///   - revisits: whether directories that are watched already are looked into again.
        private func watch(_ path: String, level: Int, seen: inout Set<Int32>, revisits: Bool) {
            guard gap == nil, level <= limits.depth + 1 else { return }
            let number = inotify_add_watch(queue, path, Self.mask)
            guard number >= 0 else {
                if errno == ENOSPC { gap = "the system lends no more watches (fs.inotify.max_user_watches)" }
                return
            }
            guard seen.insert(number).inserted else { return }
            if directories[number] == nil {
                guard directories.count < limits.directories else {
                    inotify_rm_watch(queue, number)
                    gap = "\(limits.directories) directories are watched, which is the limit (--repository-max-watches)"
                    return
                }
                directories[number] = Directory(path: path, level: level)
            } else if revisits {
                directories[number] = Directory(path: path, level: level)
            } else {
                return
            }
            // A directory that came before its parent was watched has no event.
            for name in (try? DirectoryReading.names(in: path)) ?? []
            where level > 0 || !RepositoryScanner.isForeign(name) {
                let child = path + "/" + name
                if FileStatus(path: child)?.isDirectory == true {
                    watch(child, level: level + 1, seen: &seen, revisits: revisits)
                }
            }
        }

        private func forget(below path: String) {
            for (number, directory) in directories
            where directory.path == path || directory.path.hasPrefix(path + "/") { forget(number) }
        }

        private func forget(_ number: Int32) {
            inotify_rm_watch(queue, number)
            directories[number] = nil
        }

        private static let mask = UInt32(
            IN_CREATE | IN_DELETE | IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR)
    }
#endif
