/// Model repositories that are not directories, and are mirrored into some.
///
/// Two steps, so that the repositories are never read in a state between two: `fetch` brings what is new to this machine
/// and may take long; `place` then changes the directories and takes a moment.
public protocol RemoteModelRepositories: Sendable {
    /// Looks for changes and fetches what is new of the named models; `nil` is all of them, none only their names.
    ///
    /// Returns when all is here or has failed. What failed is told by `place`. Concurrent calls are allowed.
    ///
    /// - Parameter used: models that are loaded or about to be; the files of the others may be given up for room.
    func fetch(_ names: Set<String>?, used: Set<String>) async

    /// Puts in place what has been fetched. Blocks; called on the thread that reads the repositories, before it does.
    func place() -> RemotePlacement

    /// Lets running and later calls of `fetch` end soon: the server stops.
    func stop()
}
